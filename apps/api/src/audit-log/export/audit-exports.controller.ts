import { Controller, Get, Query, Req, StreamableFile } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../../common/access/caller.js';
import { string } from '../../common/json-schema.js';
import { Describe, written } from '../../common/openapi/describe.js';
import { DomainError } from '../../common/problems/domain-error.js';
import { OperatorAccess } from '../../operators/operator-access.decorator.js';
import { AuditExportsService } from './audit-exports.service.js';
import { AuditExportQuery } from './dto/audit-export.query.js';

const NEEDS_AN_END =
  'An export needs HTTP/1.1: in HTTP/1.0 one that broke off looks whole. A proxy asks for it, in nginx by `proxy_http_version 1.1`.';

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
  async export(
    @CurrentCaller() caller: Caller,
    @Query() query: AuditExportQuery,
    @Req() { raw }: FastifyRequest,
  ): Promise<StreamableFile> {
    if (raw.httpVersion === '1.0') throw new DomainError('invalid-request', NEEDS_AN_END);
    const { content, mediaType, fileName } = await this.exports.open(caller, query);
    return new StreamableFile(content, {
      type: mediaType,
      disposition: `attachment; filename="${fileName}"`,
    });
  }
}
