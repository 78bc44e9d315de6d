import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '../../src/common/pagination/page.js';
import { CONSOLE_BUILD } from '../../src/console/console-assets.js';
import { COORDINATOR_PERMISSIONS } from '../../src/coordinators/coordinator.js';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import type { Session } from '../../src/sessions/session.js';
import type { TestApp } from './app.js';
import {
  admin,
  type Call,
  call,
  createJob,
  createWebhook,
  issueKey,
  randomRepository,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  signatureOf,
  signIn,
  startJob,
  succeed,
  type TestCoordinator,
} from './registry.js';

/** A workspace with a repository, and a coordinator that may touch it. */
export interface Tenant {
  workspaceId: string;
  repository: string;
  coordinator: TestCoordinator;
}

export async function registerTenant(test: TestApp): Promise<Tenant> {
  const repository = randomRepository();
  const { id: workspaceId } = await registerWorkspace(test, { repositories: [repository] });
  return {
    workspaceId,
    repository,
    coordinator: await registerCoordinator(test, {
      workspaceIds: [workspaceId],
      permissions: [...COORDINATOR_PERMISSIONS],
    }),
  };
}

/** One request to a route, about what a tenant has. */
export interface RouteRequest {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: object;
  headers?: Record<string, string>;
}

export type Make = (test: TestApp, tenant: Tenant) => Promise<RouteRequest> | RouteRequest;

/** How a route is asked for something that it grants, and how it hides what is another tenant's. */
export interface RouteCase {
  /** by the status of the answer, the usual one first: makes what the request needs, and the request, anew each time */
  success: [status: number, make: Make][];
  /**
   * The answer to a caller that may use only another workspace: a refusal, the same as for an unknown id; `hidden`, an answer
   * with nothing of this tenant; or `no tenant`, the usual answer, because neither request nor answer belongs to a tenant.
   */
  foreign: { status: number; code: string } | 'hidden' | 'no tenant';
  /** the answer to operators without system:admin, if the request is about what belongs to an ADMIN */
  others?: `${number} ${string}`;
  /** the answer of a server without what the route needs: most tests have no OpenID provider (`oidc.e2e.ts` has one) */
  unconfigured?: `${number} ${string}`;
}

export const NOT_FOUND = { status: 404, code: 'not-found' };
export const FORBIDDEN_WORKSPACE = { status: 403, code: 'workspace-forbidden' };
export const FORBIDDEN_REPOSITORY = { status: 403, code: 'repository-forbidden' };

export const nothing: Make = () => ({});
/** Without this, the answer has no end. */
export const wholeFeed: Make = () => ({ query: { follow: 'false' } });
export const coordinatorOf: Make = (_, { coordinator }) => ({ params: { id: coordinator.id } });
export const newCoordinator: Make = async (test, { workspaceId }) => ({
  params: { id: (await registerCoordinator(test, { workspaceIds: [workspaceId] })).id },
});
export const newKey: Make = async (test, { coordinator }) => ({
  params: { id: coordinator.id, keyId: (await issueKey(test, coordinator.id)).key.id },
});
/** Revokes the successor that an earlier request has made of the tenant's key, because a key has one live successor. */
export const unrotated: Make = async (test, { coordinator: { id, key } }) => {
  const path = `/admin/coordinators/${id}/keys`;
  const { items } = await admin<{ items: CoordinatorKey[] }>(test, 'get', `${path}?limit=100`);
  for (const it of items) {
    if (it.predecessorId === key.id && it.state === 'ACTIVE') await admin(test, 'delete', `${path}/${it.id}`);
  }
  return {};
};
export const newWebhook: Make = async (test, { coordinator }) => ({
  params: { id: coordinator.id, webhookId: (await createWebhook(test, coordinator.id)).webhook.id },
});
export const newOperator: Make = async (test, { workspaceId }) => ({
  params: { id: (await registerOperator(test, { workspaceIds: [workspaceId] })).id },
});
/** Of the test's ADMIN. */
export const ownSession: Make = async (test) => {
  const headers = await signIn(test, test.adminKey);
  const { items } = succeed<Page<Session>>(await call(test, 'get', '/sessions', { headers }));
  return { params: { id: items.find(({ current }) => current)?.id ?? '' } };
};
export const newWorkspace: Make = () => ({
  body: { slug: randomUUID(), name: 'New', repositories: [randomRepository()] },
});
export const workspaceOf: Make = (_, { workspaceId }) => ({ params: { id: workspaceId } });
export const newJob: Make = async (test, { coordinator }) => ({
  params: { id: (await createJob(test, coordinator)).id },
});
export const runningJob: Make = async (test, { coordinator }) => ({
  params: { id: (await startJob(test, coordinator)).id },
});
export const failedJob: Make = async (test, tenant) => {
  const { params = {} } = await runningJob(test, tenant);
  await ask(test, tenant, `/coordinator/jobs/${params.id}/fail`, { error: 'broken' });
  return { params };
};
export const jobsToStop: Make = async (test, { coordinator, workspaceId }) => {
  const { type } = await createJob(test, coordinator, { type: randomUUID() });
  return { body: { workspaceId, type, reason: 'the deployment is wrong' } };
};
export const recordOfJob: Make = async (test, { coordinator }) => {
  const { id } = await createJob(test, coordinator);
  const { rows } = await test.database.owner.query<{ id: string }>(
    'SELECT id FROM public.audit_log WHERE resource_id = $1',
    [id],
  );
  return { params: { id: rows[0]?.id ?? '' } };
};

/** A record that a checkpoint covers. */
export const sealedRecord: Make = async (test, tenant) => {
  const { params = {} } = await recordOfJob(test, tenant);
  const sealed = () =>
    test.database.owner.query('SELECT FROM public.audit_leaves WHERE record_id = $1', [params.id]);
  while ((await sealed()).rows.length === 0) await sleep(50);
  return { params };
};
/** Of the whole log, once there is one. */
export const checkpoint: Make = async (test, tenant) => {
  await sealedRecord(test, tenant);
  return {};
};
export const checkpointFromItself: Make = async (test, tenant) => {
  await sealedRecord(test, tenant);
  const { rows } = await test.database.owner.query<{ seq: string }>(
    'SELECT max(seq) AS seq FROM public.audit_checkpoints',
  );
  const seq = rows[0]?.seq ?? '';
  return { params: { seq }, query: { from: seq } };
};

/** The same, with a body. */
export function withBody(make: Make, body: (tenant: Tenant) => object): Make {
  return async (test, tenant) => ({ ...(await make(test, tenant)), body: body(tenant) });
}

/** A request of the tenant's coordinator that has been granted once before. */
export function again(path: string, make: Make): Make {
  return async (test, tenant) => {
    const request = await make(test, tenant);
    const headers = { ...request.headers, 'Idempotency-Key': randomUUID() };
    await ask(test, tenant, path, request.body ?? {}, headers);
    return { ...request, headers };
  };
}

export async function ask(
  test: TestApp,
  { coordinator }: Tenant,
  path: string,
  body: object,
  headers: Call['headers'] = {},
) {
  succeed(await call(test, 'post', path, { key: coordinator.apiKey, body, headers }));
}

export const createdJob = withBody(nothing, ({ workspaceId }) => ({ workspaceId, type: 'build' }));
export const claimed: Make = async (test, { coordinator, workspaceId }) => {
  await createJob(test, coordinator);
  return { body: { workspaceIds: [workspaceId], agentId: 'agent-1' } };
};
export const dispatched = withBody(nothing, ({ workspaceId, repository }) => ({
  workspaceId,
  repository,
  type: randomUUID(),
  issueNumber: 1,
}));
export const delivered = withBody(nothing, ({ repository }) => ({
  action: 'assigned',
  repository,
  issueNumber: Math.ceil(Math.random() * 1_000_000),
}));

/** A delivery of GitHub, with its signature. */
export const signed: Make = async (test, { coordinator, repository }) => {
  const { webhook, secret } = await createWebhook(test, coordinator.id);
  const body = {
    action: 'assigned',
    repository: { full_name: repository },
    issue: { number: Math.ceil(Math.random() * 1_000_000) },
  };
  return {
    params: { webhookId: webhook.id },
    body,
    headers: {
      'X-GitHub-Event': 'issues',
      'X-Hub-Signature-256': signatureOf(JSON.stringify(body), secret),
    },
  };
};

/** Any file of the build that `npm test` has made. */
export const consoleAsset: Make = async () => {
  const [asset = ''] = await readdir(join(CONSOLE_BUILD, 'assets'));
  return { params: { asset } };
};

export const stylesheet: Make = () => ({ params: { asset: 'swagger-ui.css' } });
