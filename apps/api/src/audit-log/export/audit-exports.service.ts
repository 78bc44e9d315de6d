import type { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { RightsCheck } from '../../common/access/rights-check.js';
import { DomainError } from '../../common/problems/domain-error.js';
import { RefusalLog } from '../../common/problems/refusal-log.js';
import type { AuditFilter } from '../audit-filter.js';
import { assertSpan } from '../reading/audit-log.service.js';
import { AuditExportsRepository } from './audit-exports.repository.js';
import type { AuditExportQuery } from './dto/audit-export.query.js';
import { FORMATS, type LineFormat } from './export-format.js';
import { paced } from './paced.js';
import { RunningExports } from './running-exports.js';

/** A page has at most about 1 MiB, so this is a reader of 17 KiB/s. */
const PAGE_WITHIN_MS = 60_000;

/** A file that is made as it is read. */
export interface AuditExport {
  content: Readable;
  mediaType: string;
  fileName: string;
}

@Injectable()
export class AuditExportsService {
  readonly #logger = new Logger('AuditExports');
  readonly #running = new RunningExports();

  constructor(
    private readonly exports: AuditExportsRepository,
    private readonly rights: RightsCheck,
    private readonly refusals: RefusalLog,
  ) {}

  /**
   * Without a filter, for who may see everything, the log in the order of the tree; else what fits, newest first. If it fails in the middle,
   * also because rights change, the connection is broken off, so that no part looks like the whole.
   *
   * @throws DomainError `workspace-forbidden`, `exports-limited`, and the refusals of the guard
   */
  async open(caller: Caller, { format, ...filter }: AuditExportQuery): Promise<AuditExport> {
    assertSpan(filter);
    // Who has no rights is refused as such, and takes no place from who has.
    await this.rights.assertAllowed(caller);
    const end = this.#running.begin(caller.id);
    try {
      const { scope, checkpoint } = await this.exports.begin(caller, format, filter);
      const { mediaType, extension, header, format: line } = FORMATS[format];
      const first = header({
        version: 1,
        scope: scope === null ? 'all' : 'workspaces',
        filter: textsOf(filter),
        checkpoint,
      });
      const all = scope === null && Object.values(filter).every((it) => it === undefined);
      const lines = all ? this.exports.whole(caller) : this.exports.filtered(caller, scope, filter);
      const content = paced(formatted(lines, first, line), PAGE_WITHIN_MS);
      content.once('error', (error) => this.#brokenOff(caller, error));
      content.once('close', end);
      return { content, mediaType, fileName: `audit-log.${extension}` };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** The answer has begun, so the filter of problems does not see this error. */
  #brokenOff(caller: Caller, error: Error): void {
    const { requestId } = caller;
    this.#logger.warn({ message: `an export was broken off: ${error.message}`, requestId });
    if (error instanceof DomainError && error.extra.refusal !== undefined) {
      this.refusals.record(error.extra.refusal, { ...caller, caller });
    }
  }
}

/** The filter as it is asked for. */
function textsOf(filter: AuditFilter): Record<string, string> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)]),
  );
}

async function* formatted(
  pages: AsyncIterable<string[]>,
  first: string,
  format: LineFormat['format'],
): AsyncGenerator<string> {
  // Together with the first records, so that an export which cannot begin is answered with an error.
  let begin = first;
  for await (const lines of pages) {
    const text = begin + lines.map(format).join('');
    begin = '';
    if (text !== '') yield text;
  }
  if (begin !== '') yield begin;
}
