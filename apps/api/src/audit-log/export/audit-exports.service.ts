import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { assertSpan } from '../reading/audit-log.service.js';
import { AuditExportsRepository } from './audit-exports.repository.js';
import type { AuditExportQuery } from './dto/audit-export.query.js';
import { FORMATS, type LineFormat } from './export-format.js';

/** A file that is made as it is read. */
export interface AuditExport {
  content: Readable;
  mediaType: string;
  fileName: string;
}

@Injectable()
export class AuditExportsService {
  constructor(private readonly exports: AuditExportsRepository) {}

  /**
   * Without a filter, for who may see everything, the log in the order of the tree; else what fits, newest first. A failure in the
   * middle breaks the connection off, so that no part looks like the whole.
   *
   * @throws DomainError `workspace-forbidden`, and the refusals of the guard
   */
  async open(caller: Caller, { format, ...filter }: AuditExportQuery): Promise<AuditExport> {
    assertSpan(filter);
    const { limited } = await this.exports.begin(caller, format, filter);
    const all = !limited && Object.values(filter).every((it) => it === undefined);
    const lines = all ? this.exports.whole(caller) : this.exports.filtered(caller, filter);
    const { mediaType, extension, ...form } = FORMATS[format];
    return {
      content: Readable.from(formatted(lines, form), { objectMode: false }),
      mediaType,
      fileName: `audit-log.${extension}`,
    };
  }
}

async function* formatted(
  pages: AsyncIterable<string[]>,
  { header, format }: Pick<LineFormat, 'header' | 'format'>,
): AsyncGenerator<string> {
  if (header !== '') yield header;
  for await (const lines of pages) {
    const text = lines.map(format).join('');
    if (text !== '') yield text;
  }
}
