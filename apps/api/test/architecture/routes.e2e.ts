import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { AppModule } from '../../src/app.module.js';
import type { Access } from '../../src/common/access/access.js';
import { type DeclaredRoute, declaredRoutes } from '../../src/common/http/declared-routes.js';
import { createFastifyAdapter } from '../../src/common/http/fastify.js';
import { loadConfig } from '../../src/config/app-config.js';
import { createTestDatabase, dataDirOf, type TestDatabase } from '../support/database.js';

/**
 * Every route and who may call it. To open a route, or to close one, is to change this table: on purpose, and where the
 * reviewer sees it.
 */
const ROUTES = `
GET    /                                               public
GET    /admin/coordinators                             operator system:admin
POST   /admin/coordinators                             operator system:admin
DELETE /admin/coordinators/:id                         operator system:admin
GET    /admin/coordinators/:id                         operator system:admin
PATCH  /admin/coordinators/:id                         operator system:admin
GET    /admin/coordinators/:id/keys                    operator system:admin
POST   /admin/coordinators/:id/keys                    operator system:admin
DELETE /admin/coordinators/:id/keys/:keyId             operator system:admin
GET    /admin/coordinators/:id/keys/:keyId             operator system:admin
POST   /admin/coordinators/:id/keys/:keyId/rotate      operator system:admin
GET    /admin/coordinators/:id/webhooks                operator system:admin
POST   /admin/coordinators/:id/webhooks                operator system:admin
DELETE /admin/coordinators/:id/webhooks/:webhookId     operator system:admin
GET    /admin/coordinators/:id/webhooks/:webhookId     operator system:admin
POST   /admin/coordinators/:id/webhooks/:webhookId/rotate operator system:admin
GET    /admin/keys                                     operator system:admin
GET    /admin/operators                                operator system:admin
POST   /admin/operators                                operator system:admin
DELETE /admin/operators/:id                            operator system:admin
GET    /admin/operators/:id                            operator system:admin
PATCH  /admin/operators/:id                            operator system:admin
POST   /admin/operators/:id/rotate                     operator system:admin
GET    /admin/workspaces                               operator system:admin
POST   /admin/workspaces                               operator system:admin
GET    /admin/workspaces/:id                           operator system:admin
PATCH  /admin/workspaces/:id                           operator system:admin
GET    /audit-log                                      operator audit:read
GET    /audit-log/:id                                  operator audit:read
GET    /audit-log/:id/proof                            operator audit:read
GET    /audit-log/checkpoint-key                       operator audit:read
GET    /audit-log/checkpoints                          operator audit:read
GET    /audit-log/checkpoints/:seq/consistency         operator audit:read
GET    /audit-log/checkpoints/latest                   operator audit:read
POST   /audit-log/erasures                             operator system:admin
GET    /audit-log/export                               operator audit:read
GET    /audit-log/feed                                 operator audit:read
GET    /audit-log/proofs                               operator audit:read
GET    /console                                        public
GET    /console/*                                      public
GET    /console/assets/:asset                          public
GET    /coordinator/events                             coordinator jobs:read
GET    /coordinator/health                             coordinator
GET    /coordinator/jobs                               coordinator jobs:read
POST   /coordinator/jobs                               coordinator jobs:write
GET    /coordinator/jobs/:id                           coordinator jobs:read
GET    /coordinator/jobs/:id/attempts                  coordinator jobs:read
POST   /coordinator/jobs/:id/complete                  coordinator jobs:write
POST   /coordinator/jobs/:id/fail                      coordinator jobs:write
PATCH  /coordinator/jobs/:id/progress                  coordinator jobs:write
POST   /coordinator/jobs/:id/retry                     coordinator jobs:write
PATCH  /coordinator/jobs/:id/status                    coordinator jobs:write
POST   /coordinator/jobs/claim                         coordinator jobs:write
POST   /coordinator/keys/rotate                        coordinator keys:rotate
GET    /coordinators                                   operator operator-jobs:read
GET    /docs                                           public
GET    /docs/:asset                                    public
GET    /docs/start.js                                  public
GET    /find                                           operator operator-jobs:read
GET    /health/live                                    public
GET    /health/ready                                   public
GET    /jobs                                           operator operator-jobs:read
GET    /jobs/:id                                       operator operator-jobs:read
GET    /jobs/:id/attempts                              operator operator-jobs:read
POST   /jobs/:id/cancel                                operator operator-jobs:write
POST   /jobs/:id/retry                                 operator operator-jobs:write
POST   /jobs/cancel                                    operator operator-jobs:write
GET    /jobs/count                                     operator operator-jobs:read
POST   /keys/revoke                                    public
GET    /me                                             operator
GET    /metrics                                        monitoring
GET    /openapi.json                                   public
GET    /overview                                       operator operator-jobs:read
GET    /problems/:code                                 public
DELETE /session                                        operator
GET    /session                                        operator
POST   /session                                        public
POST   /session/oidc                                   public
POST   /session/oidc/callback                          public
GET    /session/options                                public
DELETE /sessions                                       operator
GET    /sessions                                       operator
DELETE /sessions/:id                                   operator
POST   /stitcher/dispatch                              coordinator stitcher:dispatch
POST   /stitcher/webhook                               coordinator stitcher:dispatch
POST   /stitcher/webhook/:webhookId                    webhook stitcher:dispatch
GET    /workspaces                                     operator operator-jobs:read
`;

/** Routes for every coordinator, or every operator. */
const WITHOUT_PERMISSION = [
  'GET /coordinator/health',
  'GET /me',
  'GET /session',
  'DELETE /session',
  'GET /sessions',
  'DELETE /sessions',
  'DELETE /sessions/:id',
];

/** What stands between a request and the handler, by who may call it. */
const GUARDS: Record<Access['kind'], string[]> = {
  public: ['RequestRules'],
  monitoring: ['MonitoringGuard', 'RequestRules'],
  operator: ['OperatorAuthGuard', 'RateLimitGuard', 'RequestRules'],
  webhook: ['WebhookAuthGuard', 'RateLimitGuard', 'RequestRules'],
  coordinator: ['CoordinatorAuthGuard', 'RateLimitGuard', 'RequestRules'],
};

@Controller('forgotten')
class ForgottenController {
  @Get()
  read(): string {
    return 'nobody should read this';
  }

  @Post(':id')
  write(): string {
    return 'nobody should do this';
  }
}

interface Booted {
  app: NestFastifyApplication;
  /** `METHOD /path` of every route that Fastify serves, however it came there */
  served: string[];
}

let database: TestDatabase;
const apps: NestFastifyApplication[] = [];
let booted: Booted;
let withForgotten: Booted;

beforeAll(async () => {
  database = await createTestDatabase();
  booted = await boot([]);
  withForgotten = await boot([ForgottenController]);
});

afterAll(async () => {
  for (const app of apps) await app.close();
  await database?.drop();
});

async function boot(controllers: Type[]): Promise<Booted> {
  const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'fatal', DATA_DIR: dataDirOf(database.apiUrl) });
  const adapter = createFastifyAdapter(config);
  const served: string[] = [];
  adapter.getInstance().addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) served.push(`${one} ${url}`);
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: class TestModule {},
      imports: [AppModule.forRoot(config, { url: database.apiUrl })],
      controllers,
    },
    adapter,
    { logger: false, abortOnError: false },
  );
  apps.push(app);
  await app.init();
  await adapter.getInstance().ready();
  return { app, served };
}

function said({ method, path, access }: DeclaredRoute): string {
  const permission = access !== undefined && 'permission' in access ? access.permission : null;
  return [
    method.padEnd(6),
    path.padEnd(47),
    access?.kind ?? 'UNDECLARED',
    ...(permission === null ? [] : [permission]),
  ].join(' ');
}

describe('all routes', () => {
  it('are these, with these declarations of access', () => {
    expect(declaredRoutes(booted.app).map(said)).toEqual(ROUTES.trim().split('\n'));
  });

  it('are the only routes that the server serves', () => {
    const declared = declaredRoutes(booted.app).map(({ route }) => route);
    const heads = declared.filter((it) => it.startsWith('GET ')).map((it) => it.replace('GET', 'HEAD'));
    expect([...booted.served].sort()).toEqual([...declared, ...heads].sort());
  });

  it('have exactly the guards that their declaration needs', () => {
    for (const { route, access, guards } of declaredRoutes(booted.app)) {
      expect({ route, guards }).toEqual({ route, guards: GUARDS[access?.kind ?? 'public'] });
    }
  });

  it('declare one permission each; only routes about the caller itself declare null', () => {
    for (const { route, access } of declaredRoutes(booted.app)) {
      if (access === undefined || !('permission' in access)) continue;
      expect({ route, asks: access.permission !== null }).toEqual({
        route,
        asks: !WITHOUT_PERMISSION.includes(route),
      });
    }
  });
});

describe('a controller without a declaration of access', () => {
  it('appears as UNDECLARED in the list of routes', () => {
    const routes = declaredRoutes(withForgotten.app).map(said);
    const forgotten = routes.filter((it) => !ROUTES.includes(it));
    expect(forgotten.map((it) => it.replace(/ +/g, ' '))).toEqual([
      'GET /forgotten UNDECLARED',
      'POST /forgotten/:id UNDECLARED',
    ]);
  });

  it.each([
    ['get', '/forgotten'],
    ['post', '/forgotten/1'],
  ] as const)('answers 403 route-undeclared for every caller: %s %s', async (method, path) => {
    for (const headers of [{}, { 'X-API-Key': 'crk_x' }, { Authorization: 'Bearer cro_x' }]) {
      const answer = await supertest(withForgotten.app.getHttpServer())[method](path).set(headers);
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({ code: 'route-undeclared', type: '/problems/route-undeclared' });
    }
  });
});
