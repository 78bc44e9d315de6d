import type { TestApp } from '../support/app.js';
import {
  type Call,
  call,
  createJob,
  type Method,
  randomRepository,
  registerCoordinator,
  registerWorkspace,
  startJob,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

/** A workspace with a repository, a coordinator that may touch it, and jobs in every state that a route asks for. */
export interface Tenant {
  workspaceId: string;
  repository: string;
  coordinator: TestCoordinator;
  pending: string;
  running: string;
  failed: string;
}

export async function makeTenant(test: TestApp): Promise<Tenant> {
  const repository = randomRepository();
  const { id: workspaceId } = await registerWorkspace(test, { repositories: [repository] });
  const coordinator = await registerCoordinator(test, { workspaceIds: [workspaceId] });
  const failed = (await startJob(test, coordinator)).id;
  succeed(
    await call(test, 'post', `/coordinator/jobs/${failed}/fail`, {
      key: coordinator.apiKey,
      body: { error: 'x' },
    }),
  );
  return {
    workspaceId,
    repository,
    coordinator,
    pending: (await createJob(test, coordinator)).id,
    running: (await startJob(test, coordinator)).id,
    failed,
  };
}

/** One of the routes that stood open in the original report, with a request that succeeds for whoever may. */
export interface GuardedRoute {
  route: string;
  method: Method;
  permission: 'jobs:read' | 'jobs:write' | 'stitcher:dispatch' | null;
  path(tenant: Tenant): string;
  body?(tenant: Tenant): object;
  /** of the answer to whoever may */
  success: number;
  /** how another tenant's workspace, job or repository is refused; null where none can be named */
  foreign: { status: number; code: string } | null;
}

const NOT_FOUND = { status: 404, code: 'not-found' };
const FORBIDDEN_WORKSPACE = { status: 403, code: 'workspace-forbidden' };
const FORBIDDEN_REPOSITORY = { status: 403, code: 'repository-forbidden' };

export const GUARDED_ROUTES: GuardedRoute[] = [
  {
    route: 'POST /coordinator/jobs',
    method: 'post',
    permission: 'jobs:write',
    path: () => '/coordinator/jobs',
    body: ({ workspaceId }) => ({ workspaceId, type: 'build' }),
    success: 201,
    foreign: FORBIDDEN_WORKSPACE,
  },
  {
    route: 'PATCH /coordinator/jobs/:id/status',
    method: 'patch',
    permission: 'jobs:write',
    path: ({ pending }) => `/coordinator/jobs/${pending}/status`,
    body: () => ({ status: 'RUNNING', agentId: 'agent-2' }),
    success: 200,
    foreign: NOT_FOUND,
  },
  {
    route: 'PATCH /coordinator/jobs/:id/progress',
    method: 'patch',
    permission: 'jobs:write',
    path: ({ running }) => `/coordinator/jobs/${running}/progress`,
    body: () => ({ progressPercent: 40 }),
    success: 200,
    foreign: NOT_FOUND,
  },
  {
    route: 'POST /coordinator/jobs/:id/complete',
    method: 'post',
    permission: 'jobs:write',
    path: ({ running }) => `/coordinator/jobs/${running}/complete`,
    body: () => ({ result: { ok: true } }),
    success: 200,
    foreign: NOT_FOUND,
  },
  {
    route: 'POST /coordinator/jobs/:id/fail',
    method: 'post',
    permission: 'jobs:write',
    path: ({ pending }) => `/coordinator/jobs/${pending}/fail`,
    body: () => ({ error: 'broken' }),
    success: 200,
    foreign: NOT_FOUND,
  },
  {
    route: 'POST /coordinator/jobs/:id/retry',
    method: 'post',
    permission: 'jobs:write',
    path: ({ failed }) => `/coordinator/jobs/${failed}/retry`,
    body: () => ({}),
    success: 200,
    foreign: NOT_FOUND,
  },
  {
    route: 'GET /coordinator/jobs/:id',
    method: 'get',
    permission: 'jobs:read',
    path: ({ pending }) => `/coordinator/jobs/${pending}`,
    success: 200,
    foreign: NOT_FOUND,
  },
  {
    route: 'GET /coordinator/health',
    method: 'get',
    permission: null,
    path: () => '/coordinator/health',
    success: 200,
    foreign: null,
  },
  {
    route: 'POST /stitcher/webhook',
    method: 'post',
    permission: 'stitcher:dispatch',
    path: () => '/stitcher/webhook',
    body: ({ repository }) => ({ action: 'assigned', repository, issueNumber: 1 }),
    success: 202,
    foreign: FORBIDDEN_REPOSITORY,
  },
  {
    route: 'POST /stitcher/dispatch',
    method: 'post',
    permission: 'stitcher:dispatch',
    path: () => '/stitcher/dispatch',
    body: ({ workspaceId, repository }) => ({ workspaceId, type: 'review', repository, issueNumber: 2 }),
    success: 201,
    foreign: FORBIDDEN_WORKSPACE,
  },
];

/** The route's request about what `tenant` has, in the name of whoever `of` says. */
export function callRoute(test: TestApp, { method, path, body }: GuardedRoute, tenant: Tenant, of: Call) {
  return call(test, method, path(tenant), { ...(body !== undefined && { body: body(tenant) }), ...of });
}

/** All that a job route could change, as one text. */
export async function everyJob({ database }: TestApp): Promise<string> {
  const { rows } = await database.owner.query<{ text: string }>(
    `SELECT pg_catalog.concat(
       (SELECT pg_catalog.json_agg(it ORDER BY it.id) FROM public.jobs AS it),
       (SELECT pg_catalog.json_agg(it ORDER BY it.job_id, it.attempt) FROM public.job_attempts AS it),
       (SELECT pg_catalog.count(*) FROM public.idempotency_keys),
       (SELECT pg_catalog.count(*) FROM public.audit_log WHERE outcome = 'SUCCESS' AND action LIKE 'job.%')
     ) AS text`,
  );
  return rows[0]?.text ?? '';
}
