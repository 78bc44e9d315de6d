import type { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { RightsCheck } from '../../common/access/rights-check.js';
import { RefusalLog } from '../../common/http/refusal-log.js';
import { DomainError } from '../../common/problems/domain-error.js';
import type { AuditFilter } from '../audit-filter.js';
import { assertSpan } from '../reading/audit-log.service.js';
import { AuditExportsRepository } from './audit-exports.repository.js';
import type { AuditExportQuery } from './dto/audit-export.query.js';
import { FORMATS, type LineFormat } from './export-format.js';
import { paced } from './paced.js';
import { RunningExports } from './running-exports.js';

/** A page has at most about 1 MiB, so the slowest accepted reader takes 17 KiB/s. */
const PAGE_WITHIN_MS = 60_000;

/** A file that is produced while the client reads it. */
export interface AuditExport {
  content: Readable;
  mediaType: string;
  fileName: string;
}

@Injectable()
export class AuditExportsService {
  private readonly logger = new Logger('AuditExports');
  private readonly running = new RunningExports();

  constructor(
    private readonly exports: AuditExportsRepository,
    private readonly rights: RightsCheck,
    private readonly refusals: RefusalLog,
  ) {}

  /**
   * Without a filter, and for a caller whose workspace scope is not limited: the whole log in tree order. Otherwise the
   * matching records, newest first. If the export fails in the middle, for example because permissions change, the
   * connection is aborted, so that a partial file never looks complete.
   *
   * @throws DomainError `workspace-forbidden`, `exports-limited`, and the refusals of `assertAllowed`
   */
  async open(caller: Caller, { format, ...filter }: AuditExportQuery): Promise<AuditExport> {
    assertSpan(filter);
    // A caller without permission gets the proper refusal here, and does not use up the limit of running exports.
    await this.rights.assertAllowed(caller);
    const end = this.running.begin(caller.id);
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
      content.once('error', (error) => this.brokenOff(caller, error));
      content.once('close', end);
      return { content, mediaType, fileName: `audit-log.${extension}` };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** The response has begun, so the exception filter does not see this error. */
  private brokenOff(caller: Caller, error: Error): void {
    const { requestId } = caller;
    this.logger.warn({ message: `an export ended early: ${error.message}`, requestId });
    if (error instanceof DomainError && error.extra.refusal !== undefined) {
      this.refusals.record(error.extra.refusal, { ...caller, caller, route: 'GET /audit-log/export' });
    }
  }
}

/** The filter, as text. */
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
  // The header goes out with the first records, so that an export that cannot begin gets an error response.
  let begin = first;
  for await (const lines of pages) {
    const text = begin + lines.map(format).join('');
    begin = '';
    if (text !== '') yield text;
  }
  if (begin !== '') yield begin;
}
