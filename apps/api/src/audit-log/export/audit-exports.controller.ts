import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { Describe, written } from '../../common/openapi/describe.js';
import { string } from '../../common/openapi/schema.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { AuditExportsService } from './audit-exports.service.js';
import { AuditExportQuery } from './dto/audit-export.query.js';

@Controller('audit-log/export')
@OperatorAccess('audit:read')
export class AuditExportsController {
  constructor(private readonly exports: AuditExportsService) {}

  @Get()
  @Describe({
    summary: 'The log as a file, streamed',
    details:
      'Newest first; without a filter, for who may see everything, in the order of the tree, and as `ndjson` it can be verified ' +
      'offline. It is itself recorded. An operator has one export at a time, a server two. It breaks off if it fails in the middle, if ' +
      'the rights or the workspaces of its reader change, or if a part of about 1 MiB is not read within a minute: only an answer with a ' +
      'proper end is whole.',
    answers: {
      200: written(
        'A file',
        { 'application/x-ndjson': string(), 'text/csv': string() },
        'Content-Disposition',
      ),
    },
    problems: ['workspace-forbidden', 'exports-limited'],
  })
  async export(@CurrentCaller() caller: Caller, @Query() query: AuditExportQuery): Promise<StreamableFile> {
    const { content, mediaType, fileName } = await this.exports.open(caller, query);
    return new StreamableFile(content, {
      type: mediaType,
      disposition: `attachment; filename="${fileName}"`,
    });
  }
}
