import { everyItem, hasCode, type OperatorClient, type schema, unwrap } from '@coordinator-registry/client';

/**
 * The records of a job, the oldest first, and those to come until the job ends. None is missing and none comes twice: the position is
 * read before the records, and records that the feed repeats are left out.
 *
 * @throws ProblemError `not-found`
 */
export async function* followJob(
  operator: OperatorClient,
  id: string,
): AsyncGenerator<Omit<schema.AuditRecord, 'kid'>> {
  const after = (await sealedRecords(operator)) - 1;
  const filter = { resourceId: id };
  const written: schema.AuditRecord[] = [];
  const pages = everyItem((page) =>
    unwrap(operator.GET('/audit-log', { params: { query: { ...filter, ...page } } })),
  );
  for await (const record of pages) written.push(record);
  const job = await unwrap(operator.GET('/jobs/{id}', { params: { path: { id } } }));
  const seen = new Set(written.map((it) => it.id));
  for (const record of written.reverse()) yield record;
  if (hasEnded(job.status) && written.some(({ rev }) => rev === job.rev)) return;

  for await (const record of operator.feed({ after, filter })) {
    if (seen.has(record.id)) continue;
    yield record;
    // The record decides, since the job may have gone on meanwhile.
    if (hasEnded(record.changes.status?.to)) return;
  }
}

async function sealedRecords(operator: OperatorClient): Promise<number> {
  try {
    return (await unwrap(operator.GET('/audit-log/checkpoints/latest'))).size;
  } catch (error) {
    if (hasCode(error, 'not-found')) return 0;
    throw error;
  }
}

function hasEnded(status: unknown): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED';
}
