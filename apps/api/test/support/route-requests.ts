import { randomUUID } from 'node:crypto';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import type { TestApp } from './app.js';
import {
  type Call,
  call,
  FROM_A_PAGE,
  issueKey,
  type Method,
  registerOperator,
  succeed,
} from './registry.js';
import {
  again,
  ask,
  checkpoint,
  checkpointFromItself,
  claimed,
  consoleAsset,
  coordinatorOf,
  createdJob,
  delivered,
  dispatched,
  FORBIDDEN_REPOSITORY,
  FORBIDDEN_WORKSPACE,
  failedJob,
  jobsToStop,
  NOT_FOUND,
  newCoordinator,
  newJob,
  newKey,
  newOperator,
  newWebhook,
  newWorkspace,
  nothing,
  ownSession,
  type RouteCase,
  type RouteRequest,
  recordOfJob,
  runningJob,
  sealedRecord,
  signed,
  stylesheet,
  type Tenant,
  unrotated,
  wholeFeed,
  withBody,
  workspaceOf,
} from './route-cases.js';

export { type RouteRequest, registerTenant, type Tenant } from './route-cases.js';

/** Every route, by `METHOD /path`, with a request to it. The tests of all routes send these requests. */
export const ROUTE_CASES: Record<string, RouteCase> = {
  'GET /': { success: [[302, nothing]], foreign: 'no tenant' },
  'GET /admin/coordinators': { success: [[200, nothing]], foreign: 'no tenant' },
  'POST /admin/coordinators': {
    success: [
      [201, withBody(nothing, ({ workspaceId }) => ({ name: randomUUID(), workspaceIds: [workspaceId] }))],
    ],
    foreign: 'no tenant',
  },
  'DELETE /admin/coordinators/:id': { success: [[204, newCoordinator]], foreign: 'no tenant' },
  'GET /admin/coordinators/:id': { success: [[200, coordinatorOf]], foreign: 'no tenant' },
  'PATCH /admin/coordinators/:id': {
    success: [[200, withBody(newCoordinator, () => ({ status: 'SUSPENDED' }))]],
    foreign: 'no tenant',
  },
  'GET /admin/coordinators/:id/keys': { success: [[200, coordinatorOf]], foreign: 'no tenant' },
  'POST /admin/coordinators/:id/keys': {
    success: [[201, withBody(coordinatorOf, () => ({ name: 'further' }))]],
    foreign: 'no tenant',
  },
  'DELETE /admin/coordinators/:id/keys/:keyId': { success: [[204, newKey]], foreign: 'no tenant' },
  'GET /admin/coordinators/:id/keys/:keyId': { success: [[200, newKey]], foreign: 'no tenant' },
  'POST /admin/coordinators/:id/keys/:keyId/rotate': {
    success: [[201, withBody(newKey, () => ({ overlapSeconds: 60 }))]],
    foreign: 'no tenant',
  },
  'GET /admin/coordinators/:id/webhooks': { success: [[200, coordinatorOf]], foreign: 'no tenant' },
  'POST /admin/coordinators/:id/webhooks': {
    success: [[201, withBody(coordinatorOf, () => ({ name: 'forge' }))]],
    foreign: 'no tenant',
  },
  'DELETE /admin/coordinators/:id/webhooks/:webhookId': {
    success: [[204, newWebhook]],
    foreign: 'no tenant',
  },
  'GET /admin/coordinators/:id/webhooks/:webhookId': { success: [[200, newWebhook]], foreign: 'no tenant' },
  'POST /admin/coordinators/:id/webhooks/:webhookId/rotate': {
    success: [[201, withBody(newWebhook, () => ({ overlapSeconds: 60 }))]],
    foreign: 'no tenant',
  },
  'GET /admin/keys': {
    success: [[200, () => ({ query: { state: 'ACTIVE', unusedSince: '2030-01-31T12:00:00Z' } })]],
    foreign: 'no tenant',
  },
  'GET /admin/operators': { success: [[200, nothing]], foreign: 'no tenant' },
  'POST /admin/operators': {
    success: [
      [
        201,
        withBody(nothing, ({ workspaceId }) => ({
          name: randomUUID(),
          role: 'OPERATOR',
          workspaceIds: [workspaceId],
        })),
      ],
    ],
    foreign: 'no tenant',
  },
  'DELETE /admin/operators/:id': { success: [[204, newOperator]], foreign: 'no tenant' },
  'GET /admin/operators/:id': { success: [[200, newOperator]], foreign: 'no tenant' },
  'PATCH /admin/operators/:id': {
    success: [[200, withBody(newOperator, () => ({ role: 'ADMIN' }))]],
    foreign: 'no tenant',
  },
  'POST /admin/operators/:id/rotate': { success: [[201, newOperator]], foreign: 'no tenant' },
  'GET /admin/workspaces': { success: [[200, nothing]], foreign: 'no tenant' },
  'POST /admin/workspaces': {
    success: [[201, newWorkspace]],
    foreign: 'no tenant',
  },
  'GET /admin/workspaces/:id': { success: [[200, workspaceOf]], foreign: 'no tenant' },
  'PATCH /admin/workspaces/:id': {
    success: [[200, withBody(workspaceOf, () => ({ name: randomUUID() }))]],
    foreign: 'no tenant',
  },
  'GET /audit-log': { success: [[200, nothing]], foreign: 'hidden' },
  'GET /audit-log/checkpoint-key': { success: [[200, checkpoint]], foreign: 'no tenant' },
  'GET /audit-log/proofs': {
    success: [
      [
        200,
        async (test, tenant) => ({ query: { ids: (await sealedRecord(test, tenant)).params?.id ?? '' } }),
      ],
    ],
    foreign: 'hidden',
  },
  'GET /audit-log/:id/proof': { success: [[200, sealedRecord]], foreign: NOT_FOUND },
  'GET /audit-log/checkpoints/:seq/consistency': {
    success: [[200, checkpointFromItself]],
    foreign: 'no tenant',
  },
  'GET /audit-log/checkpoints': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /audit-log/checkpoints/latest': { success: [[200, checkpoint]], foreign: 'no tenant' },
  'GET /audit-log/export': { success: [[200, nothing]], foreign: 'hidden' },
  'GET /audit-log/feed': { success: [[200, wholeFeed]], foreign: 'hidden' },
  'POST /audit-log/erasures': {
    success: [[200, (_, { coordinator }) => ({ body: { actorId: coordinator.id } })]],
    foreign: 'no tenant',
  },
  'GET /audit-log/:id': { success: [[200, recordOfJob]], foreign: NOT_FOUND },
  'GET /coordinator/events': { success: [[200, wholeFeed]], foreign: 'hidden' },
  'GET /coordinator/health': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /coordinator/jobs': { success: [[200, nothing]], foreign: 'hidden' },
  'POST /coordinator/jobs': {
    success: [
      [201, createdJob],
      [200, again('/coordinator/jobs', createdJob)],
    ],
    foreign: FORBIDDEN_WORKSPACE,
  },
  'GET /coordinator/jobs/:id': { success: [[200, newJob]], foreign: NOT_FOUND },
  'GET /coordinator/jobs/:id/attempts': { success: [[200, failedJob]], foreign: NOT_FOUND },
  'POST /coordinator/jobs/:id/complete': {
    success: [[200, withBody(runningJob, () => ({ result: { ok: true }, tokensUsed: 7, attempt: 1 }))]],
    foreign: NOT_FOUND,
  },
  'POST /coordinator/jobs/:id/fail': {
    success: [[200, withBody(newJob, () => ({ error: 'broken' }))]],
    foreign: NOT_FOUND,
  },
  'PATCH /coordinator/jobs/:id/progress': {
    success: [
      [200, withBody(runningJob, () => ({ progressPercent: 12.5, currentStep: 'tests', attempt: 1 }))],
    ],
    foreign: NOT_FOUND,
  },
  'POST /coordinator/jobs/:id/retry': {
    success: [[200, withBody(failedJob, () => ({}))]],
    foreign: NOT_FOUND,
  },
  'PATCH /coordinator/jobs/:id/status': {
    success: [[200, withBody(newJob, () => ({ status: 'RUNNING', agentId: 'agent-2', leaseSeconds: 600 }))]],
    foreign: NOT_FOUND,
  },
  'POST /coordinator/jobs/claim': {
    success: [
      [200, claimed],
      [
        204,
        withBody(nothing, ({ workspaceId }) => ({
          workspaceIds: [workspaceId],
          types: ['nobody makes these'],
          agentId: 'agent-1',
        })),
      ],
    ],
    foreign: FORBIDDEN_WORKSPACE,
  },
  'POST /coordinator/keys/rotate': {
    success: [[201, withBody(unrotated, () => ({ overlapSeconds: 604_800 }))]],
    foreign: 'no tenant',
  },
  'GET /console': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /console/*': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /console/assets/:asset': { success: [[200, consoleAsset]], foreign: 'no tenant' },
  'GET /coordinators': { success: [[200, nothing]], foreign: 'hidden' },
  'GET /docs': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /docs/:asset': { success: [[200, stylesheet]], foreign: 'no tenant' },
  'GET /docs/start.js': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /find': {
    success: [[200, (_, { workspaceId }) => ({ query: { q: workspaceId } })]],
    foreign: 'hidden',
  },
  'GET /health/live': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /health/ready': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /jobs': { success: [[200, nothing]], foreign: 'hidden' },
  'GET /jobs/:id': { success: [[200, newJob]], foreign: NOT_FOUND },
  'GET /jobs/:id/attempts': { success: [[200, failedJob]], foreign: NOT_FOUND },
  'POST /jobs/:id/cancel': {
    success: [[200, withBody(runningJob, () => ({ reason: 'the deployment is wrong' }))]],
    foreign: NOT_FOUND,
  },
  'POST /jobs/:id/retry': {
    success: [[200, withBody(failedJob, () => ({ reason: 'the deployment is right' }))]],
    foreign: NOT_FOUND,
  },
  'POST /jobs/cancel': { success: [[200, jobsToStop]], foreign: FORBIDDEN_WORKSPACE },
  'GET /jobs/count': { success: [[200, nothing]], foreign: 'hidden' },
  'POST /keys/revoke': {
    success: [
      [
        204,
        async (test, { coordinator }) => ({
          body: { key: (await issueKey(test, coordinator.id)).apiKey },
        }),
      ],
    ],
    foreign: 'no tenant',
  },
  'GET /me': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /metrics': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /openapi.json': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /overview': { success: [[200, nothing]], foreign: 'hidden' },
  'GET /problems/:code': {
    success: [[200, () => ({ params: { code: 'not-found' }, headers: { Accept: 'application/json' } })]],
    foreign: 'no tenant',
  },
  'GET /workspaces': { success: [[200, nothing]], foreign: 'hidden' },
  'GET /session': { success: [[200, nothing]], foreign: 'no tenant' },
  'POST /session': {
    success: [
      [
        201,
        async (test) => ({
          body: { accessKey: (await registerOperator(test)).accessKey },
          headers: FROM_A_PAGE,
        }),
      ],
    ],
    foreign: 'no tenant',
  },
  'POST /session/oidc': { success: [[200, nothing]], foreign: 'no tenant', unconfigured: '404 not-found' },
  'POST /session/oidc/callback': {
    success: [[201, withBody(nothing, () => ({ query: 'code=unknown' }))]],
    foreign: 'no tenant',
    unconfigured: '404 not-found',
  },
  'DELETE /session': { success: [[204, nothing]], foreign: 'no tenant' },
  'GET /session/options': { success: [[200, nothing]], foreign: 'no tenant' },
  'GET /sessions': { success: [[200, nothing]], foreign: 'no tenant' },
  'DELETE /sessions': { success: [[204, nothing]], foreign: 'no tenant' },
  'DELETE /sessions/:id': { success: [[204, ownSession]], foreign: 'no tenant', others: '404 not-found' },
  'POST /stitcher/dispatch': {
    success: [
      [201, dispatched],
      [200, again('/stitcher/dispatch', dispatched)],
    ],
    foreign: FORBIDDEN_WORKSPACE,
  },
  'POST /stitcher/webhook': {
    success: [
      [202, delivered],
      [
        200,
        async (test, tenant) => {
          const request = await delivered(test, tenant);
          await ask(test, tenant, '/stitcher/webhook', request.body ?? {});
          return request;
        },
      ],
    ],
    foreign: FORBIDDEN_REPOSITORY,
  },
  'POST /stitcher/webhook/:webhookId': {
    success: [
      [202, signed],
      [
        200,
        async (test, tenant) => {
          const request = await signed(test, tenant);
          succeed(
            await call(test, 'post', `/stitcher/webhook/${request.params?.webhookId}`, {
              body: request.body ?? {},
              headers: request.headers ?? {},
            }),
          );
          return request;
        },
      ],
    ],
    foreign: 'no tenant',
  },
};

/** @throws Error for a route that nobody has said how to ask */
export function routeCase(route: string): RouteCase {
  const found = ROUTE_CASES[route];
  if (found === undefined) throw new Error(`say in test/support/route-requests.ts how ${route} is asked`);
  return found;
}

/** The request to the route that is answered with the first of its successes. */
export async function mainRequest(test: TestApp, route: string, tenant: Tenant): Promise<RouteRequest> {
  const [[, make] = [0, nothing]] = routeCase(route).success;
  return await make(test, tenant);
}

/** The path of the route with the parameters and the query of the request in their places. */
export function pathOf(path: string, { params = {}, query = {} }: RouteRequest): string {
  const placed = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`no value for :${name} of ${path}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams(query).toString();
  return search === '' ? placed : `${placed}?${search}`;
}

/** Sends the request to the route. @param of the credential, and headers beside the request's own */
export function sendTo(
  test: TestApp,
  { method, path }: Pick<DeclaredRoute, 'method' | 'path'>,
  request: RouteRequest,
  of: Omit<Call, 'body'>,
) {
  return call(test, method.toLowerCase() as Method, pathOf(path, request), {
    ...of,
    headers: { ...request.headers, ...of.headers },
    ...(request.body !== undefined && { body: request.body }),
  });
}
