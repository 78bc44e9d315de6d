import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { AuditWriter } from '../../src/audit-log/recording/audit-writer.repository.js';
import { ReadRecorder } from '../../src/audit-log/recording/read-recorder.js';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { MAX_ANONYMOUS, OVERFLOW_REASON } from '../../src/audit-log/recording/refusal-window.js';
import { PartitionKeeper } from '../../src/audit-log/retention/partition-keeper.js';
import { PartitionsRepository } from '../../src/audit-log/retention/partitions.repository.js';
import type { Caller } from '../../src/common/access/caller.js';
import type { RequestContext } from '../../src/common/http/request-context.js';
import { DomainError, type Refusal } from '../../src/common/problems/domain-error.js';
import { type AuditDatabase, openAuditDatabase, operatorCaller } from './audit-fixture.js';

interface Denied {
  actor_type: string;
  actor_id: string | null;
  key_id: string | null;
  action: string;
  reason: string;
  workspace_id: string | null;
  resource_id: string | null;
  request_id: string | null;
  source_ip: string | null;
  occurrences: number;
}

const FORBIDDEN: Refusal = { action: 'access.denied', reason: 'workspace-forbidden' };
const INVALID: Refusal = { action: 'auth.denied', reason: 'invalid-credential' };

let database: AuditDatabase;
let writer: AuditWriter;
let recorder: RefusalRecorder;
let registry: Registry;
let now = 0;
/** the newest record of before the test */
let seen = '00000000-0000-7000-8000-000000000000';

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await openAuditDatabase();
  writer = new AuditWriter(database.prisma);
});

afterAll(() => database?.close());

beforeEach(async () => {
  registry = new Registry();
  recorder = new RefusalRecorder(writer, () => now, registry);
  const { rows } = await database.api.query<{ id: string }>(
    'SELECT id FROM public.audit_log ORDER BY id DESC LIMIT 1',
  );
  seen = rows[0]?.id ?? seen;
});

function request(of: { address?: string | null; caller?: Caller; requestId?: string } = {}): RequestContext {
  return {
    requestId: of.requestId ?? randomUUID(),
    sourceAddress: of.address === undefined ? '192.0.2.1' : of.address,
    userAgent: 'a client',
    credential: { kind: 'none' },
    ...(of.caller !== undefined && { caller: of.caller }),
  };
}

async function written(): Promise<Denied[]> {
  const { rows } = await database.api.query<Denied & { outcome: string }>(
    `SELECT actor_type, actor_id, key_id, action, outcome, reason, workspace_id, resource_id, request_id,
       host(source_ip) AS source_ip, occurrences
     FROM public.audit_log WHERE id > $1 ORDER BY id`,
    [seen],
  );
  for (const { outcome } of rows) expect(outcome).toBe('DENIED');
  return rows;
}

const countsOf = (rows: Denied[]) => rows.map((it) => it.occurrences);

it.each([
  ['no reason', null],
  ['an empty reason', ''],
])('audit_record_refusal refuses %s', async (_, reason) => {
  await expect(
    database.api.query(
      `SELECT public.audit_record_refusal('ANONYMOUS', NULL, NULL, NULL, 'auth.denied', $1, NULL, NULL, NULL, NULL, 'r', NULL, NULL, 1)`,
      [reason],
    ),
  ).rejects.toMatchObject({ code: 'AU002' });
});

describe('RefusalRecorder', () => {
  it('writes the first refusal at once, and its repeats as one record after a minute', async () => {
    recorder.record(INVALID, request({ requestId: 'first' }));
    for (let n = 0; n < 41; n++) recorder.record(INVALID, request());
    recorder.record(INVALID, request({ requestId: 'last' }));
    now += 59_999;
    recorder.record(INVALID, request({ requestId: 'in time' }));
    now += 1;
    recorder.record(INVALID, request({ requestId: 'next' }));
    // the second flush ends a window in which nothing was repeated
    await recorder.flush();
    await recorder.flush();
    expect((await written()).map((it) => [it.request_id, it.occurrences])).toEqual([
      ['first', 1],
      ['in time', 43],
      ['next', 1],
    ]);
  });

  it('separates actors, keys, addresses, actions and reasons', async () => {
    const [one, two] = [await operatorCaller(database.api), await operatorCaller(database.api)];
    const { rows } = await database.api.query<{ id: string }>(
      'SELECT id FROM public.audit_log ORDER BY id DESC LIMIT 1',
    );
    seen = rows[0]?.id ?? seen;
    const each: [Refusal, RequestContext][] = [
      [INVALID, request({ address: '192.0.2.1' })],
      [INVALID, request({ address: '192.0.2.2' })],
      [{ ...INVALID, reason: 'missing-credential' }, request({ address: '192.0.2.1' })],
      [{ ...INVALID, action: 'rate.limited' }, request({ address: '192.0.2.1' })],
      [FORBIDDEN, request({ caller: one })],
      [FORBIDDEN, request({ caller: { ...one, keyId: randomUUID() } })],
      [FORBIDDEN, request({ caller: two })],
      [FORBIDDEN, request({ caller: { ...two, kind: 'coordinator' } })],
    ];
    for (const [refusal, who] of [...each, ...each]) recorder.record(refusal, who);
    await recorder.flush();
    const records = await written();
    expect(countsOf(records)).toEqual(Array(16).fill(1));
    expect(records[4]).toMatchObject({ actor_type: 'OPERATOR', actor_id: one.id, key_id: one.keyId });
    expect(records[7]).toMatchObject({ actor_type: 'COORDINATOR', actor_id: two.id });
    expect(records[0]).toMatchObject({
      actor_type: 'ANONYMOUS',
      actor_id: null,
      key_id: null,
      source_ip: '192.0.2.1',
    });
  });

  it('writes no address for a known caller whose address is unknown', async () => {
    const caller = await operatorCaller(database.api);
    const { rows } = await database.api.query<{ id: string }>(
      'SELECT id FROM public.audit_log ORDER BY id DESC LIMIT 1',
    );
    seen = rows[0]?.id ?? seen;
    for (const address of ['192.0.2.1', null, null, null, '192.0.2.2'])
      recorder.record(FORBIDDEN, request({ caller, address }));
    await recorder.flush();
    const records = (await written()).map((it) => `${it.source_ip} ${it.occurrences}`);
    expect(records.toSorted()).toEqual(['192.0.2.1 1', '192.0.2.2 1', 'null 1', 'null 2']);
  });

  it('takes an IPv6 address for its /64, and names it only if all repeats had it', async () => {
    for (const host of ['1', '2', 'ffff'])
      recorder.record(INVALID, request({ address: `2001:db8::${host}` }));
    recorder.record(INVALID, request({ address: '2001:db8:0:1::1' }));
    await recorder.flush();
    expect((await written()).map((it) => [it.source_ip, it.occurrences])).toEqual([
      ['2001:db8::1', 1],
      ['2001:db8:0:1::1', 1],
      [null, 2],
    ]);
  });

  it('keeps where repeats came from only where they agree', async () => {
    const [one, other] = [await operatorCaller(database.api), await operatorCaller(database.api)];
    const { rows } = await database.api.query<{ id: string }>(
      'SELECT id FROM public.audit_log ORDER BY id DESC LIMIT 1',
    );
    seen = rows[0]?.id ?? seen;
    for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.3'])
      recorder.record(FORBIDDEN, request({ caller: one, address }));
    for (const address of ['192.0.2.1', '192.0.2.9', '192.0.2.9'])
      recorder.record(FORBIDDEN, request({ caller: other, address }));
    for (const userAgent of ['a', 'b', 'c'])
      recorder.record(INVALID, { ...request({ address: '192.0.2.7' }), userAgent });
    await recorder.flush();
    const { rows: written } = await database.api.query(
      `SELECT host(source_ip) AS source_ip, user_agent, occurrences
       FROM public.audit_log WHERE id > $1 AND occurrences > 1`,
      [seen],
    );
    expect(written).toHaveLength(3);
    expect(written).toContainEqual(expect.objectContaining({ source_ip: null, occurrences: 3 }));
    expect(written).toContainEqual(expect.objectContaining({ source_ip: '192.0.2.9', occurrences: 2 }));
    expect(written).toContainEqual({ source_ip: '192.0.2.7', user_agent: null, occurrences: 2 });
  });

  it('keeps the resource of repeats only if it is the same', async () => {
    const caller = await operatorCaller(database.api);
    const { rows } = await database.api.query<{ id: string }>(
      'SELECT id FROM public.audit_log ORDER BY id DESC LIMIT 1',
    );
    seen = rows[0]?.id ?? seen;
    const [workspaceId, ...resources] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    for (const resourceId of resources)
      recorder.record({ ...FORBIDDEN, workspaceId, resourceType: 'job', resourceId }, request({ caller }));
    await recorder.flush();
    expect(await written()).toEqual([
      expect.objectContaining({ workspace_id: workspaceId, resource_id: resources[0], occurrences: 1 }),
      expect.objectContaining({ workspace_id: workspaceId, resource_id: null, occurrences: 2 }),
    ]);
  });

  it('limits the records of unknown callers, and counts the rest in one record', async () => {
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 500; n++)
        recorder.record(INVALID, request({ address: `198.51.${n >> 8}.${n & 255}` }));
    }
    await recorder.flush();
    const records = await written();
    expect(records).toHaveLength(2 * MAX_ANONYMOUS + 1);
    expect(countsOf(records).reduce((sum, it) => sum + it, 0)).toBe(1_500);
    expect(records.at(-1)).toMatchObject({
      actor_type: 'ANONYMOUS',
      reason: OVERFLOW_REASON,
      source_ip: null,
      occurrences: 1_500 - 3 * MAX_ANONYMOUS,
    });
  });

  it('writes a refusal with an unknown address and invalid ids', async () => {
    recorder.record({ ...INVALID, workspaceId: 'no uuid', resourceId: "'; --" }, request({ address: null }));
    await recorder.flush();
    expect(await written()).toEqual([
      expect.objectContaining({ workspace_id: null, resource_id: null, source_ip: null, occurrences: 1 }),
    ]);
  });

  it('keeps records while Postgres is unavailable, never throws, and writes them later', async () => {
    let away = true;
    const flaky = new (class extends AuditWriter {
      override async recordRefusals(refusals: Parameters<AuditWriter['recordRefusals']>[0]): Promise<void> {
        if (away) throw new DomainError('database-unavailable', 'away');
        await super.recordRefusals(refusals);
      }
    })(database.prisma);
    recorder = new RefusalRecorder(flaky, () => now, new Registry());
    recorder.record(INVALID, request());
    await recorder.flush();
    expect(await written()).toEqual([]);
    away = false;
    await recorder.flush();
    expect(countsOf(await written())).toEqual([1]);
  });

  it('counts the refusals that it dropped', async () => {
    const broken = new (class extends AuditWriter {
      override async recordRefusals(): Promise<void> {
        throw new DomainError('database-unavailable', 'away');
      }
    })(database.prisma);
    registry = new Registry();
    recorder = new RefusalRecorder(broken, () => now, registry);
    for (let n = 0; n < 2_100; n++) {
      recorder.record({ ...FORBIDDEN, reason: `reason-${n}` }, request({ caller: CALLER }));
    }
    expect(await registry.getSingleMetricAsString('audit_refusals_lost_total')).toMatch(/ 100$/);
  });

  it('writes its counts when the server stops', async () => {
    recorder.onModuleInit();
    for (let n = 0; n < 5; n++) recorder.record(INVALID, request());
    await recorder.onModuleDestroy();
    expect(countsOf(await written())).toEqual([1, 4]);
  });
});

const CALLER: Caller = {
  kind: 'operator',
  kid: 'a-kid',
  keyId: randomUUID(),
  id: randomUUID(),
  name: 'somebody',
  permission: 'audit:read',
  rateLimitPerMinute: 600,
  requestId: 'a-request',
  sourceAddress: '192.0.2.7',
  userAgent: null,
};

describe('ReadRecorder', () => {
  const job = { action: 'job.read', jobId: randomUUID(), workspaceId: randomUUID() } as const;

  it('writes nothing by default', async () => {
    await new ReadRecorder({ auditReads: false }, writer).recordRead(CALLER, job);
    expect(await database.api.query('SELECT FROM public.audit_log WHERE id > $1', [seen])).toMatchObject({
      rowCount: 0,
    });
  });

  it('writes who read a job, and who listed jobs', async () => {
    const reads = new ReadRecorder({ auditReads: true }, writer);
    await reads.recordRead(CALLER, job);
    await reads.recordRead({ ...CALLER, kind: 'coordinator' }, { action: 'jobs.listed', workspaceId: null });
    const { rows } = await database.api.query(
      `SELECT actor_type, actor_id, key_id, action, outcome, workspace_id, resource_type, resource_id, request_id
       FROM public.audit_log WHERE id > $1 ORDER BY id`,
      [seen],
    );
    const by = {
      actor_id: CALLER.id,
      key_id: CALLER.keyId,
      outcome: 'SUCCESS',
      resource_type: 'job',
      request_id: 'a-request',
    };
    expect(rows).toEqual([
      {
        ...by,
        actor_type: 'OPERATOR',
        action: 'job.read',
        workspace_id: job.workspaceId,
        resource_id: job.jobId,
      },
      { ...by, actor_type: 'COORDINATOR', action: 'jobs.listed', workspace_id: null, resource_id: null },
    ]);
  });
});

describe('PartitionKeeper', () => {
  it('reports missing partitions in a metric, and continues', async () => {
    let fails = false;
    const sometimes = new (class extends PartitionsRepository {
      override async ensure(): Promise<number> {
        if (fails) throw new Error('no');
        return await super.ensure();
      }
    })(database.prisma);
    const keeper = new PartitionKeeper(sometimes, registry);
    const ready = () => registry.getSingleMetricAsString('audit_partitions_ready');
    await keeper.onApplicationBootstrap();
    expect(await ready()).toMatch(/ 1$/);
    fails = true;
    await keeper.keep();
    expect(await ready()).toMatch(/ 0$/);
    fails = false;
    await keeper.keep();
    expect(await ready()).toMatch(/ 1$/);
    await keeper.onModuleDestroy();
  });
});
