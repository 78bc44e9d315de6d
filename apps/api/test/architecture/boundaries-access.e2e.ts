import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ACCESS, type Access } from '../../src/common/access/access.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** Who may call what: every route of the server. To open one is to edit this table. */
const ROUTES: Record<string, string> = {
  'GET /admin/coordinators': 'operator system:admin',
  'POST /admin/coordinators': 'operator system:admin',
  'DELETE /admin/coordinators/:id': 'operator system:admin',
  'GET /admin/coordinators/:id': 'operator system:admin',
  'PATCH /admin/coordinators/:id': 'operator system:admin',
  'GET /admin/coordinators/:id/keys': 'operator system:admin',
  'POST /admin/coordinators/:id/keys': 'operator system:admin',
  'DELETE /admin/coordinators/:id/keys/:keyId': 'operator system:admin',
  'POST /admin/coordinators/:id/keys/:keyId/rotate': 'operator system:admin',
  'GET /admin/operators': 'operator system:admin',
  'POST /admin/operators': 'operator system:admin',
  'DELETE /admin/operators/:id': 'operator system:admin',
  'PATCH /admin/operators/:id': 'operator system:admin',
  'POST /admin/operators/:id/rotate': 'operator system:admin',
  'GET /admin/workspaces': 'operator system:admin',
  'POST /admin/workspaces': 'operator system:admin',
  'GET /admin/workspaces/:id': 'operator system:admin',
  'PATCH /admin/workspaces/:id': 'operator system:admin',
  'GET /audit-log': 'operator audit:read',
  'GET /audit-log/:id': 'operator audit:read',
  'GET /coordinator/health': 'coordinator',
  'GET /coordinator/jobs': 'coordinator jobs:read',
  'POST /coordinator/jobs': 'coordinator jobs:write',
  'GET /coordinator/jobs/:id': 'coordinator jobs:read',
  'GET /coordinator/jobs/:id/attempts': 'coordinator jobs:read',
  'POST /coordinator/jobs/:id/complete': 'coordinator jobs:write',
  'POST /coordinator/jobs/:id/fail': 'coordinator jobs:write',
  'PATCH /coordinator/jobs/:id/progress': 'coordinator jobs:write',
  'POST /coordinator/jobs/:id/retry': 'coordinator jobs:write',
  'PATCH /coordinator/jobs/:id/status': 'coordinator jobs:write',
  'POST /coordinator/jobs/claim': 'coordinator jobs:write',
  'GET /docs': 'public',
  'GET /docs/:asset': 'public',
  'GET /docs/start.js': 'public',
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /jobs': 'operator operator-jobs:read',
  'GET /jobs/:id': 'operator operator-jobs:read',
  'GET /jobs/:id/attempts': 'operator operator-jobs:read',
  'POST /keys/revoke': 'public',
  'GET /metrics': 'monitoring',
  'GET /openapi.json': 'public',
  'GET /problems/:code': 'public',
  'POST /stitcher/dispatch': 'coordinator stitcher:dispatch',
  'POST /stitcher/webhook': 'coordinator stitcher:dispatch',
};

describe('every route', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startTestApp();
  });
  afterAll(() => test.close());

  it('declares who may call it, and no other than this table has it', () => {
    expect(declarations(test)).toEqual(ROUTES);
  });
});

function declarations({ app }: TestApp): Record<string, string> {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap((it) => [...it.controllers.values()]);
  return Object.fromEntries(
    controllers.flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      return scanner.getAllMethodNames(metatype.prototype).flatMap((name): [string, string][] => {
        const handler: object = metatype.prototype[name];
        const method: RequestMethod | undefined = Reflect.getMetadata(METHOD_METADATA, handler);
        if (method === undefined) return [];
        const path = [metatype, handler]
          .map((it) => String(Reflect.getMetadata(PATH_METADATA, it) ?? '').replace(/^\/|\/$/g, ''))
          .filter((it) => it !== '');
        const access: Access | undefined =
          Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, metatype);
        return [[`${RequestMethod[method]} /${path.join('/')}`, said(access)]];
      });
    }),
  );
}

function said(access: Access | undefined): string {
  if (access === undefined) return 'NOBODY';
  return 'permissions' in access ? [access.kind, ...access.permissions].join(' ') : access.kind;
}
