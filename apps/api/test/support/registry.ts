import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Response } from 'supertest';
import type { Coordinator } from '../../src/coordinators/coordinator.js';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import type { Job } from '../../src/jobs/job.js';
import { issueKey as newKey } from '../../src/keys/stored-key.js';
import type { Operator, OperatorRole } from '../../src/operators/operator.js';
import type { IssuedWebhook } from '../../src/webhooks/webhook.js';
import type { Workspace } from '../../src/workspaces/workspace.js';
import type { TestApp } from './app.js';

/*
 * Builders for what a test is about, made through the API as an ADMIN would, and failing loudly where that fails.
 * Names are random, so that tests of one file do not meet.
 */

export type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete';

export interface Call {
  /** left out: none is sent */
  key?: string;
  /** an object is sent as JSON; text as it stands, as JSON too */
  body?: object | string;
  /** of several values each is a header line of its own */
  headers?: Record<string, string | string[]>;
}

/** A coordinator with one live key. */
export interface TestCoordinator {
  id: string;
  name: string;
  workspaceIds: string[];
  key: CoordinatorKey;
  apiKey: string;
}

export interface TestOperator {
  id: string;
  operator: Operator;
  accessKey: string;
}

/** A server that the builders can use, in this process or in another. */
export type Served = Pick<TestApp, 'http' | 'adminKey'>;

/** One request; `X-API-Key` for a coordinator's key, `Authorization: Bearer` for an operator's. */
export async function call(test: Served, method: Method, path: string, of: Call = {}): Promise<Response> {
  const request = test.http()[method](path);
  if (of.key !== undefined) {
    if (of.key.startsWith('cro_')) request.set('Authorization', `Bearer ${of.key}`);
    else request.set('X-API-Key', of.key);
  }
  request.set(of.headers ?? {});
  if (of.body === undefined) return await request;
  return await request.set('Content-Type', 'application/json').send(of.body);
}

/** One request of the test's ADMIN, which must succeed. @returns the parsed body */
export async function admin<Body>(test: Served, method: Method, path: string, body?: object): Promise<Body> {
  return succeed<Body>(
    await call(test, method, path, { key: test.adminKey, ...(body !== undefined && { body }) }),
  );
}

/** Every item of a list, page by page, as the test's ADMIN sees it. */
export async function everyPage<Item>(test: Served, path: string, limit: number): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const place: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page: { items: Item[]; nextCursor: string | null } = await admin(
      test,
      'get',
      `${path}?limit=${limit}${place}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** @throws Error with the whole answer unless it is 2xx */
export function succeed<Body>(answer: Response): Body {
  if (answer.status >= 200 && answer.status < 300) return answer.body as Body;
  throw new Error(`${answer.status} ${answer.text}`);
}

/** From then on one server takes all requests; without it, requests at once may each start and stop it. */
export async function listen(test: TestApp): Promise<void> {
  await test.app.listen(0, '127.0.0.1');
}

/**
 * After `listen`, for clients that use `fetch`: for a request that was aborted it opens a new connection, on which it sends nothing. Node's
 * server does not count that as idle, so its end would wait for the client.
 */
export async function close(test: TestApp): Promise<void> {
  test.app.getHttpServer().closeAllConnections();
  await test.close();
}

/** `owner/repo`, which no other test has. */
export function randomRepository(): string {
  return `acme/${randomBytes(6).toString('hex')}`;
}

export function registerWorkspace(
  test: Served,
  of: { id?: string; slug?: string; name?: string; repositories?: string[]; maxRunning?: number } = {},
): Promise<Workspace> {
  const slug = randomUUID();
  return admin<Workspace>(test, 'post', '/admin/workspaces', { slug, name: slug, ...of });
}

/** Without `workspaceIds`, with a workspace of its own. */
export async function registerCoordinator(
  test: Served,
  of: {
    name?: string;
    workspaceIds?: string[];
    permissions?: string[];
    rateLimitPerMinute?: number;
    maxRunning?: number;
    allowedNetworks?: string[];
    keyExpiresAt?: string;
  } = {},
): Promise<TestCoordinator> {
  const { workspaceIds = [(await registerWorkspace(test)).id], ...rest } = of;
  const { coordinator, key, apiKey } = await admin<{
    coordinator: Coordinator;
    key: CoordinatorKey;
    apiKey: string;
  }>(test, 'post', '/admin/coordinators', {
    name: randomUUID(),
    rateLimitPerMinute: 1_000_000,
    workspaceIds,
    ...rest,
  });
  return { id: coordinator.id, name: coordinator.name, workspaceIds, key, apiKey };
}

/** A further key of a coordinator. */
export function issueKey(
  test: Served,
  coordinatorId: string,
  of: { name?: string; expiresAt?: string } = {},
): Promise<{ key: CoordinatorKey; apiKey: string }> {
  return admin(test, 'post', `/admin/coordinators/${coordinatorId}/keys`, of);
}

/**
 * A key that lives 10 days in all.
 *
 * @param lived the part of its life that is over, 0 to 1
 */
export async function insertAgedKey(test: TestApp, coordinatorId: string, lived: number): Promise<string> {
  const { text, stored } = await newKey('crk_');
  await writeAsSystem(
    test,
    `INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash, created_at, expires_at)
     SELECT $1::uuid, $2, $3, now() - $4::float8 * interval '10 days', now() + (1 - $4::float8) * interval '10 days'
     FROM ctx WHERE ctx.ready`,
    [coordinatorId, stored.kid, stored.secretHash, lived],
  );
  return text;
}

/** The endpoint of a forge, with its secret. */
export function createWebhook(
  test: Served,
  coordinatorId: string,
  of: { name?: string } = {},
): Promise<IssuedWebhook> {
  return admin(test, 'post', `/admin/coordinators/${coordinatorId}/webhooks`, of);
}

/** `X-Hub-Signature-256` as GitHub makes it. */
export function signatureOf(body: string | Buffer, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** @param of.workspaceIds left out: all of them */
export async function registerOperator(
  test: Served,
  of: {
    name?: string;
    role?: OperatorRole;
    workspaceIds?: string[] | null;
    keyExpiresAt?: string;
    allowedNetworks?: string[];
  } = {},
): Promise<TestOperator> {
  const { operator, accessKey } = await admin<{ operator: Operator; accessKey: string }>(
    test,
    'post',
    '/admin/operators',
    { name: randomUUID(), role: 'OPERATOR', workspaceIds: null, ...of },
  );
  return { id: operator.id, operator, accessKey };
}

/** Signs an operator in. @returns what its browser sends with each request */
export async function signIn(test: TestApp, accessKey: string): Promise<Record<string, string>> {
  const answer = await call(test, 'post', '/session', { body: { accessKey }, headers: FROM_A_PAGE });
  succeed(answer);
  const [cookie = ''] = String(answer.headers['set-cookie']).split(';');
  return { Cookie: cookie, ...FROM_A_PAGE };
}

/** What a browser sends with the requests of a page of this server. */
export const FROM_A_PAGE = { 'Sec-Fetch-Site': 'same-origin' };

/** The operator's sessions were last used 30 minutes ago, brought about behind the API's back. */
export async function leaveUnused(test: TestApp, operatorId: string): Promise<void> {
  await test.database.owner.query(
    `INSERT INTO public.operator_session_uses (session_id, last_seen_at)
     SELECT id, now() - interval '30 minutes' FROM public.operator_sessions WHERE operator_id = $1
     ON CONFLICT (session_id) DO UPDATE SET last_seen_at = excluded.last_seen_at`,
    [operatorId],
  );
}

/** The key has expired, as a rotation without an overlap leaves it, but brought about behind the API's back. */
export function expireKey(test: TestApp, keyId: string): Promise<void> {
  return writeAsSystem(
    test,
    `UPDATE public.coordinator_keys
     SET rotated_at = pg_catalog.statement_timestamp(), expires_at = pg_catalog.statement_timestamp()
     FROM ctx WHERE ctx.ready AND id = $1`,
    [keyId],
  );
}

/** Waits until it is later than that by the clock that decides. @param time ISO 8601 */
export async function databaseClockPasses(test: TestApp, time: string): Promise<void> {
  await test.database.owner.query(
    `SELECT pg_catalog.pg_sleep(greatest(0, extract(epoch FROM $1::timestamptz - pg_catalog.clock_timestamp())) + 0.01)`,
    [time],
  );
}

/**
 * A key with the right checksum that nobody has issued; with the kid of an issued one, that key with a wrong secret.
 * The checksum is worked out here anew, from the description of the format.
 */
export function forgeKey(prefix: 'crk_' | 'cro_' = 'crk_', kid: string = randomBase62(16)): string {
  const body = `${prefix}${kid}_${randomBase62(43)}`;
  let rest = BigInt(crc32(body));
  let checksum = '';
  while (checksum.length < 6) {
    checksum = BASE62.charAt(Number(rest % 62n)) + checksum;
    rest /= 62n;
  }
  return body + checksum;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function randomBase62(length: number): string {
  return Array.from(randomBytes(length), (byte) => BASE62.charAt(byte % 62)).join('');
}

/** The public part of a key. */
export function kidOf(apiKey: string): string {
  return apiKey.slice(4, 20);
}

/** A PENDING job of the coordinator, in its first workspace unless another is named. */
export async function createJob(
  test: Served,
  { apiKey, workspaceIds }: Pick<TestCoordinator, 'apiKey' | 'workspaceIds'>,
  of: Record<string, unknown> = {},
): Promise<Job> {
  return succeed<Job>(
    await call(test, 'post', '/coordinator/jobs', {
      key: apiKey,
      body: { workspaceId: workspaceIds[0], type: 'build', ...of },
    }),
  );
}

/** A job in its first attempt, RUNNING. */
export async function startJob(
  test: Served,
  coordinator: Pick<TestCoordinator, 'apiKey' | 'workspaceIds'>,
  of: Record<string, unknown> = {},
): Promise<Job> {
  const { id } = await createJob(test, coordinator, of);
  return succeed<Job>(
    await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'RUNNING', agentId: 'agent-1', agentType: 'tester' },
    }),
  );
}

/** The job's row as it stands, read behind the API's back. */
export async function jobRow(test: TestApp, id: string): Promise<Record<string, unknown>> {
  const { rows } = await test.database.owner.query('SELECT * FROM public.jobs WHERE id = $1', [id]);
  const [row] = rows as Record<string, unknown>[];
  if (row === undefined) throw new Error(`no job ${id}`);
  return row;
}

/**
 * One write behind the API's back, over the owner's connection, with the audit context that the triggers ask for.
 *
 * @param statement goes on after `WITH ctx AS (…)`, and must read `ctx.ready`
 */
export async function writeAsSystem(test: TestApp, statement: string, values: unknown[] = []): Promise<void> {
  await test.database.owner.query(
    `WITH ctx AS MATERIALIZED (
       SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready
     ) ${statement}`,
    values,
  );
}
