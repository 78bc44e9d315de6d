import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { verify } from '../integration/verification-fixture.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { dataDirOf, testSession } from '../support/database.js';
import { AuditApi } from './audit-log-fixture.js';

let test: TestApp;
let api: AuditApi;

beforeAll(async () => {
  test = await startTestApp();
  api = new AuditApi(test);
});

afterAll(() => test?.close());

/** As the one who runs the server would, once all is sealed. */
async function verifyLog() {
  for (;;) {
    const verified = await verify([], {
      DATABASE_URL: test.database.apiUrl,
      DATA_DIR: dataDirOf(test.database.apiUrl),
    });
    if (verified.code !== 1) return verified;
    expect(verified.text).toContain('not sealed yet');
    await sleep(500);
  }
}

const erase = (actorId: string, key?: string) =>
  api.send('post', '/audit-log/erasures', { body: { actorId }, ...(key !== undefined && { key }) });

describe('POST /audit-log/erasures', () => {
  it('erases the source addresses and user agents of an actor and records it; the log still verifies', async () => {
    const tenant = await api.tenant();
    const other = await api.tenant();
    for (let n = 0; n < 3; n++) await api.job(tenant);
    await api.job(other);
    const before = await api.walk({ actorId: tenant.coordinatorId });
    expect(before.map((it) => it.sourceIp)).toEqual(Array(3).fill('127.0.0.1'));

    const { status, body } = await erase(tenant.coordinatorId);
    expect([status, body]).toEqual([200, { actorId: tenant.coordinatorId, records: 3 }]);

    const after = await api.walk({ actorId: tenant.coordinatorId });
    expect(after).toEqual(before.map((it) => ({ ...it, sourceIp: null, userAgent: null })));
    const [elsewhere] = await api.walk({ actorId: other.coordinatorId });
    expect(elsewhere?.sourceIp).toBe('127.0.0.1');
    const [record] = await api.walk({ action: 'audit.erased' });
    expect(record).toMatchObject({
      actorType: 'OPERATOR',
      outcome: 'SUCCESS',
      resourceType: 'coordinator',
      resourceId: tenant.coordinatorId,
      changes: { personalValues: { from: 3, to: 0 } },
      sourceIp: '127.0.0.1',
    });
    expect(await verifyLog()).toMatchObject({ code: 0 });

    await api.job(tenant);
    const [later] = await api.walk({ actorId: tenant.coordinatorId });
    expect(later?.sourceIp).toBe('127.0.0.1');
    expect((await erase(tenant.coordinatorId)).body.records).toBe(1);
    expect(await verifyLog()).toMatchObject({ code: 0 });
  });

  it('erases many records in parts, and records each part', async () => {
    const { coordinatorId } = await api.tenant();
    const superuser = new pg.Client(testSession(test.database.superuserUrl));
    await superuser.connect();
    await superuser.query(
      `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_id, action, outcome, user_agent, user_agent_salt)
       SELECT public.uuid_v7(now()), date_trunc('milliseconds', now()), 'COORDINATOR', $1, 'job.progressed', 'SUCCESS', 'agent/1',
         uuid_send(gen_random_uuid())
       FROM generate_series(1, 30001)`,
      [coordinatorId],
    );
    await superuser.end();

    const { status, body } = await erase(coordinatorId);
    expect([status, body]).toEqual([200, { actorId: coordinatorId, records: 30_001 }]);
    const parts = await api.walk({ action: 'audit.erased', resourceId: coordinatorId });
    expect(parts.map((it) => it.changes)).toEqual([
      { personalValues: { from: 1, to: 0 } },
      { personalValues: { from: 10_000, to: 0 } },
      { personalValues: { from: 10_000, to: 0 } },
      { personalValues: { from: 10_000, to: 0 } },
    ]);
  });

  it('a deletion outside of the API is still reported as tampering', async () => {
    const tenant = await api.tenant();
    const other = await api.tenant();
    await api.job(tenant);
    await api.job(other);
    await erase(tenant.coordinatorId);
    expect(await verifyLog()).toMatchObject({ code: 0 });
    const superuser = new pg.Client(testSession(test.database.superuserUrl));
    await superuser.connect();
    try {
      await superuser.query('ALTER TABLE public.audit_log DISABLE TRIGGER ALL');
      await superuser.query(
        `UPDATE public.audit_log SET source_ip = NULL, source_ip_salt = NULL, user_agent = NULL, user_agent_salt = NULL
         WHERE actor_id = $1`,
        [other.coordinatorId],
      );
    } finally {
      await superuser.end();
    }
    const { code, text } = await verifyLog();
    expect({ code, text }).toEqual({ code: 2, text: expect.stringContaining(other.coordinatorId) });
    expect(text).not.toContain(`of actor ${tenant.coordinatorId}`);
    expect(text).toContain(`user agents of ${tenant.coordinatorId} were erased`);
  });

  it('a later deletion of sealed values is still reported as tampering', async () => {
    const tenant = await api.tenant();
    await api.job(tenant);
    await erase(tenant.coordinatorId);
    await verifyLog();
    await api.job(tenant);
    // Other actors' values are gone since the test before.
    expect((await verifyLog()).text).not.toContain(`of actor ${tenant.coordinatorId}`);
    const superuser = new pg.Client(testSession(test.database.superuserUrl));
    await superuser.connect();
    try {
      await superuser.query('ALTER TABLE public.audit_log DISABLE TRIGGER ALL');
      const { rowCount } = await superuser.query(
        `UPDATE public.audit_log SET source_ip = NULL, source_ip_salt = NULL, user_agent = NULL, user_agent_salt = NULL
         WHERE actor_id = $1`,
        [tenant.coordinatorId],
      );
      expect(rowCount).toBeGreaterThan(0);
    } finally {
      await superuser.end();
    }
    const { code, text } = await verifyLog();
    expect({ code, text }).toEqual({
      code: 2,
      text: expect.stringContaining(`of actor ${tenant.coordinatorId}`),
    });
  });

  it('answers 403 to an OPERATOR, 404 for an unknown actor, and 400 for a malformed id', async () => {
    const operator = await api.operator(null);
    const { coordinatorId } = await api.tenant();
    expect((await erase(coordinatorId, operator)).status).toBe(403);
    expect((await erase(randomUUID())).status).toBe(404);
    expect((await erase('everybody')).status).toBe(400);
  });
});
