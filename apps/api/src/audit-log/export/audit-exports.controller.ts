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
    summary: 'The audit log as a file',
    details:
      'With a filter, or for an operator of some workspaces: newest first. Otherwise the whole log in the order of the tree; as `ndjson` ' +
      'it can be verified offline. The export is recorded. An operator may have one export at a time, a server runs two. The connection ' +
      'is aborted if the export fails, if the permissions or the workspaces of the operator change, or if the client does not read a part ' +
      'of about 1 MiB within a minute. So only a response with a proper end is complete.',
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
