import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AS_SYSTEM,
  type AuditDatabase,
  insertCoordinator,
  insertId,
  insertKey,
  insertWorkspace,
  openAuditDatabase,
  writtenBy,
} from './audit-fixture.js';

let database: AuditDatabase;
let workspace: string;
let coordinator: string;
let key: string;
let operator: string;
let webhook: string;
let session: string;

beforeAll(async () => {
  database = await openAuditDatabase();
  workspace = await insertWorkspace(database.api);
  coordinator = await insertCoordinator(database.api);
  key = await insertKey(database.api, coordinator);
  webhook = await insertId(
    database.api,
    `INSERT INTO public.coordinator_webhooks (coordinator_id) SELECT $1::uuid FROM ctx`,
    [coordinator],
  );
  await database.api.query(
    `${AS_SYSTEM} INSERT INTO public.workspace_repositories SELECT 'x/y', $1::uuid FROM ctx WHERE ctx.ready`,
    [workspace],
  );
  operator = await insertId(
    database.api,
    `INSERT INTO public.operators (name, role, key_id, kid, secret_hash)
     SELECT 'somebody', 'OPERATOR', public.uuid_v7(), 'a-secret-kid', 'a-secret-hash' FROM ctx`,
  );
  // Of another operator: a change of an operator may end its sessions.
  const reader = await insertId(
    database.api,
    `INSERT INTO public.operators (name, role, key_id, kid, secret_hash)
     SELECT 'reader', 'OPERATOR', public.uuid_v7(), $1, 'a-secret-hash' FROM ctx`,
    [randomUUID()],
  );
  session = await insertId(
    database.api,
    `INSERT INTO public.operator_sessions (operator_id, key_id, token_hash, expires_at)
     SELECT $1, public.uuid_v7(), sha256('the-secret'), now() FROM ctx`,
    [reader],
  );
});

afterAll(() => database?.close());

describe('each change of the registry writes one record:', () => {
  const change = (table: string, set: string, id: () => string): [string, () => unknown[]] => [
    `${AS_SYSTEM} UPDATE public.${table} SET ${set} FROM ctx WHERE ctx.ready AND id = $1`,
    () => [id()],
  ];

  it.each([
    [
      'workspace.created',
      `${AS_SYSTEM} INSERT INTO public.workspaces (slug, name) SELECT 'x', 'X' FROM ctx`,
      () => [],
      ['name', 'slug', 'triggers'],
    ],
    ['workspace.updated', ...change('workspaces', "name = 'x'", () => workspace), ['name']],
    ['workspace.updated', ...change('workspaces', 'trigger_on_open = true', () => workspace), ['triggers']],
    [
      'workspace.updated',
      `${AS_SYSTEM} UPDATE public.workspace_repositories SET forge = 'git.example.com', forge_id = 7
       FROM ctx WHERE ctx.ready AND workspace_id = $1`,
      () => [workspace],
      ['repositories'],
    ],
    [
      'webhook.created',
      `${AS_SYSTEM} INSERT INTO public.coordinator_webhooks (coordinator_id, name) SELECT $1, 'x' FROM ctx`,
      () => [coordinator],
      ['coordinatorId', 'name'],
    ],
    [
      'webhook.rotated',
      ...change('coordinator_webhooks', 'rotated_at = now(), expires_at = now()', () => webhook),
      ['expiresAt', 'rotatedAt'],
    ],
    [
      'webhook.deleted',
      ...change('coordinator_webhooks', 'revoked_at = now()', () => webhook),
      ['revokedAt'],
    ],
    [
      'workspace.updated',
      `${AS_SYSTEM} INSERT INTO public.workspace_repositories SELECT 'a/b', $1::uuid FROM ctx`,
      () => [workspace],
      ['repositories'],
    ],
    [
      'coordinator.registered',
      `${AS_SYSTEM} INSERT INTO public.coordinators (name, permissions, rate_limit_per_minute) SELECT 'x', '{}', 1 FROM ctx`,
      () => [],
      ['allowedNetworks', 'name', 'permissions', 'rateLimitPerMinute', 'status'],
    ],
    [
      'coordinator.updated',
      ...change('coordinators', 'rate_limit_per_minute = 7', () => coordinator),
      ['rateLimitPerMinute'],
    ],
    [
      'coordinator.updated',
      `${AS_SYSTEM} INSERT INTO public.coordinator_workspaces SELECT $1::uuid, $2::uuid FROM ctx`,
      () => [coordinator, workspace],
      ['workspaceIds'],
    ],
    [
      'coordinator.suspended',
      ...change('coordinators', "status = 'SUSPENDED'", () => coordinator),
      ['status'],
    ],
    ['coordinator.deleted', ...change('coordinators', "status = 'DELETED'", () => coordinator), ['status']],
    [
      'coordinator-key.issued',
      `${AS_SYSTEM} INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash, name, expires_at)
       SELECT $1, 'a-secret-kid', 'a-secret-hash', 'x', now() FROM ctx`,
      () => [coordinator],
      ['coordinatorId', 'environment', 'expiresAt', 'name'],
    ],
    [
      'coordinator-key.rotated',
      ...change('coordinator_keys', 'rotated_at = now(), expires_at = now()', () => key),
      ['expiresAt', 'rotatedAt'],
    ],
    [
      'coordinator-key.revoked',
      ...change('coordinator_keys', 'revoked_at = now()', () => key),
      ['revokedAt'],
    ],
    [
      'operator.created',
      `${AS_SYSTEM} INSERT INTO public.operators (name, role, key_id, kid, secret_hash, workspace_ids)
       SELECT 'x', 'OPERATOR', public.uuid_v7(), 'another-secret-kid', 'a-secret-hash', '{}' FROM ctx`,
      () => [],
      ['allowedNetworks', 'keyId', 'name', 'role', 'workspaceIds'],
    ],
    [
      'session.opened',
      `${AS_SYSTEM} INSERT INTO public.operator_sessions (operator_id, key_id, token_hash, expires_at)
       SELECT $1, public.uuid_v7(), sha256('a-secret'), now() FROM ctx`,
      () => [operator],
      ['expiresAt', 'operatorId'],
    ],
    [
      'session.closed',
      ...change('operator_sessions', "end_reason = 'ended', ended_at = now()", () => session),
      ['endReason', 'endedAt'],
    ],
    ['operator.updated', ...change('operators', "role = 'ADMIN'", () => operator), ['role']],
    [
      'operator.rotated',
      ...change(
        'operators',
        "key_id = public.uuid_v7(), kid = 'new-secret-kid', secret_hash = 'new-secret-hash'",
        () => operator,
      ),
      ['keyId'],
    ],
    ['operator.deleted', ...change('operators', 'deleted_at = now()', () => operator), ['deletedAt']],
  ])('%s', async (action, statement, values, fields) => {
    const written = await writtenBy(database, statement, values());
    expect(written).toEqual([expect.objectContaining({ action, outcome: 'SUCCESS' })]);
    expect(Object.keys(written[0]?.changes ?? {}).sort()).toEqual(fields);
    expect(JSON.stringify(written)).not.toContain('secret');
  });

  it('coordinator.activated', async () => {
    const activate = `${AS_SYSTEM} UPDATE public.coordinators SET status = 'ACTIVE' FROM ctx WHERE ctx.ready AND id = $1`;
    const written = await writtenBy(database, activate, [coordinator], (client) =>
      client.query(
        `${AS_SYSTEM} UPDATE public.coordinators SET status = 'SUSPENDED' FROM ctx WHERE ctx.ready AND id = $1`,
        [coordinator],
      ),
    );
    expect(written).toEqual([
      expect.objectContaining({
        action: 'coordinator.activated',
        changes: { status: { from: 'SUSPENDED', to: 'ACTIVE' } },
      }),
    ]);
  });
});

describe('audit_log', () => {
  it('contains no rolled back change and no secret', async () => {
    const { rows } = await database.superuser.query<{ records: string; secrets: string }>(
      `SELECT count(*) AS records, count(*) FILTER (WHERE position('secret' IN a::text) > 0) AS secrets
       FROM public.audit_log AS a`,
    );
    // a workspace and its repository, a coordinator, its key and its webhook, two operators and a session
    expect(rows).toEqual([{ records: '8', secrets: '0' }]);
  });

  it('has ids that contain their time', async () => {
    const { rows } = await database.superuser.query<{ id: string; occurred_at: Date }>(
      'SELECT id, occurred_at FROM public.audit_log',
    );
    for (const { id, occurred_at } of rows) {
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(occurred_at.getTime());
      expect(id).toMatch(/^.{14}7.{4}[89ab]/);
    }
  });

  it('has ids that sort by time', async () => {
    const { rows } = await database.api.query<{ ids: string[] }>(
      "SELECT array_agg(public.uuid_v7('2026-01-01T00:00:00Z'::timestamptz + n * interval '1 microsecond') ORDER BY n) AS ids FROM generate_series(0, 5000) AS n",
    );
    const ids = rows[0]?.ids ?? [];
    const prefixes = ids.map((it) => it.slice(0, 18));
    expect(prefixes).toEqual([...prefixes].sort());
    expect(new Set(ids).size).toBe(5_001);
  });
});
