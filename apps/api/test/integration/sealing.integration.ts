import { mkdir, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckpointFile } from '../../src/audit-log/sealing/checkpoint-file.js';
import type { Sealer, SealingStep } from '../../src/audit-log/sealing/sealer.js';
import {
  type AuditDatabase,
  insertCoordinator,
  insertJob,
  insertWorkspace,
  openAuditDatabase,
  operatorCaller,
} from './audit-fixture.js';
import { CHANGE, changes, expectSealedWhole, Machine, SEALER_NAME } from './sealing-fixture.js';

const STEPS: SealingStep[] = ['elected', 'resumed', 'observed', 'read', 'signed', 'committed', 'published'];

let database: AuditDatabase;
let machine: Machine;

beforeEach(async () => {
  database = await openAuditDatabase();
  machine = await Machine.over(database);
});

afterEach(async () => {
  await machine?.close();
  await database?.close();
});

async function endSealerSessions(): Promise<void> {
  await database.superuser.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = $1`,
    [SEALER_NAME],
  );
}

/** Turns until another process's lock is free and all is sealed. */
async function seal(sealer: Sealer): Promise<number> {
  for (;;) {
    const { elected, sealed } = await sealer.turn();
    if (elected) return sealed;
    await sleep(10);
  }
}

describe('sealer', () => {
  it('seals committed records once, and then only a heartbeat', async () => {
    const sealer = machine.sealer({ heartbeatMs: Number.POSITIVE_INFINITY });
    await database.api.query(changes(3));
    expect(await sealer.turn()).toMatchObject({ elected: true, sealed: 3, fileProblem: undefined });
    expect(await sealer.turn()).toMatchObject({ sealed: 0 });
    await expectSealedWhole(machine);
    expect(await machine.published()).toHaveLength(1);

    await machine.stop();
    const due = machine.sealer({ heartbeatMs: 0 });
    expect(await due.turn()).toMatchObject({ elected: true, sealed: 0 });
    expect(await machine.published()).toHaveLength(2);
    await database.api.query(CHANGE);
    expect(await due.turn()).toMatchObject({ sealed: 1 });
    await expectSealedWhole(machine);
  });

  it('seals a record once, whether its personal values are erased before or after', async () => {
    const coordinator = await insertCoordinator(database.api);
    const admin = await operatorCaller(database.api, null, 'ADMIN');
    const change = (userAgent: string) =>
      database.api.query(
        `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context(
           'COORDINATOR', $1::uuid, 'somebody', $1::uuid, 'a-request', '192.0.2.7', $2) AS ready)
         INSERT INTO public.workspaces (slug, name) SELECT gen_random_uuid()::text, 'x' FROM ctx WHERE ctx.ready`,
        [coordinator, userAgent],
      );
    const erase = async () => {
      const { rows } = await database.api.query<{ part: unknown }>(
        `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context(
           'OPERATOR', $1::uuid, 'an admin', $1::uuid, 'a-request', NULL, NULL) AS ready)
         SELECT public.audit_erase($2::uuid, NULL) AS part FROM ctx WHERE ctx.ready`,
        [admin.id, coordinator],
      );
      return rows[0]?.part;
    };
    const sealer = machine.sealer({ heartbeatMs: Number.POSITIVE_INFINITY });
    await change('agent/1');
    await sealer.turn();
    await change('agent/2');
    expect(await erase()).toEqual({ erased: 2, reached: null });
    // The second record, and that of the erasure.
    expect(await sealer.turn()).toMatchObject({ sealed: 2 });
    expect(await erase()).toEqual({ erased: 0, reached: null });
    expect(await sealer.turn()).toMatchObject({ sealed: 1 });
    // The coordinator, the operator, two changes and two erasures.
    expect(await expectSealedWhole(machine)).toHaveLength(6);
    const { rows } = await database.owner.query(
      `SELECT source_ip, source_ip_salt, user_agent, user_agent_salt, octet_length(source_ip_commitment) AS ip,
         octet_length(user_agent_commitment) AS agent FROM public.audit_log WHERE actor_id = $1`,
      [coordinator],
    );
    const erased = { source_ip: null, source_ip_salt: null, user_agent: null, user_agent_salt: null };
    expect(rows).toEqual([
      { ...erased, ip: 32, agent: 32 },
      { ...erased, ip: 32, agent: 32 },
    ]);
  });

  it('continues when its file cannot be opened, reports why, and publishes later', async () => {
    const sealer = machine.sealer();
    await database.api.query(CHANGE);
    await sealer.turn();
    await rename(machine.path, `${machine.path}.away`);
    await mkdir(machine.path);
    await database.api.query(changes(2));
    expect(await sealer.turn()).toMatchObject({
      sealed: 2,
      fileProblem: expect.stringContaining('EISDIR'),
    });
    const { rows } = await database.owner.query(
      'SELECT max(size)::int AS size FROM public.audit_checkpoints',
    );
    expect(rows).toEqual([{ size: 3 }]);

    await rmdir(machine.path);
    await rename(`${machine.path}.away`, machine.path);
    await database.api.query(CHANGE);
    expect(await sealer.turn()).toMatchObject({ sealed: 1, fileProblem: undefined });
    await expectSealedWhole(machine);
    expect(await machine.published()).toHaveLength(3);
  });

  it('does not start while its file cannot be read, and lets another process seal', async () => {
    await database.api.query(CHANGE);
    await machine.sealer().turn();
    await machine.stop();
    await rename(machine.path, `${machine.path}.away`);
    for (const [hide, reason] of [
      [() => mkdir(machine.path), 'EISDIR'],
      [() => symlink(machine.path, machine.path), 'ELOOP'],
      [() => symlink(`${machine.path}.nowhere`, machine.path), 'ENOENT'],
    ] as const) {
      await hide();
      await database.api.query(CHANGE);
      const blind = machine.sealer();
      const fileProblem = expect.stringMatching(new RegExp(`cannot be read.*${reason}`));
      expect(await blind.turn()).toMatchObject({ elected: false, sealed: 0, fileProblem });
      const other = machine.sealer({ file: new CheckpointFile(`${machine.path}.away`) });
      expect(await other.turn()).toMatchObject({ elected: true, sealed: 1, fileProblem: undefined });
      await machine.stop();
      await rm(machine.path, { recursive: true });
    }
    await rename(`${machine.path}.away`, machine.path);
    await database.api.query(CHANGE);
    expect(await machine.sealer().turn()).toMatchObject({ elected: true, sealed: 1, fileProblem: undefined });
    await expectSealedWhole(machine);
  });

  it('seals a backlog in parts, in the order of transaction ids', async () => {
    await database.api.query(changes(700));
    for (let n = 0; n < 30; n += 1) await database.api.query(CHANGE);
    const sealer = machine.sealer({ mostAtOnce: 64 });
    expect(await sealer.turn()).toMatchObject({ sealed: 730 });
    const sealed = await expectSealedWhole(machine);
    expect(await machine.published()).toHaveLength(12);
    const { rows } = await database.owner.query<{ id: string }>(
      'SELECT id FROM public.audit_log ORDER BY xid, id',
    );
    expect(sealed).toEqual(rows.map((it) => it.id));
  });

  it('does not skip a transaction that commits after later ones were sealed', async () => {
    const late = await database.api.connect();
    const later = await database.api.connect();
    try {
      await late.query('BEGIN');
      await late.query(changes(5));
      await later.query('BEGIN');
      await later.query(CHANGE);
      const sealer = machine.sealer({ mostAtOnce: 4 });
      for (let n = 0; n < 9; n += 1) {
        await database.api.query(CHANGE);
        expect(await sealer.turn()).toMatchObject({ sealed: 1 });
      }
      await late.query('COMMIT');
      expect(await sealer.turn()).toMatchObject({ sealed: 5 });
      await database.api.query(CHANGE);
      expect(await sealer.turn()).toMatchObject({ sealed: 1 });
      await later.query('COMMIT');
      expect(await sealer.turn()).toMatchObject({ sealed: 1 });
      expect(await expectSealedWhole(machine)).toHaveLength(16);
    } finally {
      late.release();
      later.release();
    }
  });

  it('seals each record once, for overlapping transactions of every kind', async () => {
    const sealer = machine.sealer({ mostAtOnce: 7 });
    let writing = true;
    const sealing = (async () => {
      while (writing) await sealer.turn();
    })();
    // Not by chance: each writer goes through the same mixture, from another place.
    const kinds: ((query: (text: string) => Promise<unknown>) => Promise<void>)[] = [
      async (query) => {
        await query(CHANGE);
      },
      async (query) => {
        await query('BEGIN');
        await query(CHANGE);
        await sleep(40);
        await query(changes(9));
        await query('COMMIT');
      },
      async (query) => {
        await query('BEGIN');
        await query(CHANGE);
        await query('ROLLBACK');
      },
      async (query) => {
        await query('BEGIN');
        await query('SAVEPOINT kept');
        await query(CHANGE);
        await query('SAVEPOINT dropped');
        await query(CHANGE);
        await query('ROLLBACK TO dropped');
        await query('RELEASE kept');
        await sleep(15);
        await query('SAVEPOINT last');
        await query(CHANGE);
        await query('COMMIT');
      },
      async (query) => {
        await query('BEGIN ISOLATION LEVEL SERIALIZABLE');
        await sleep(20);
        await query(CHANGE);
        await query('COMMIT');
      },
    ];
    await Promise.all(
      [0, 1, 2, 3].map(async (writer) => {
        const client = await database.owner.connect();
        try {
          for (let n = 0; n < 40; n += 1) {
            await kinds[(n * (writer + 1) + writer) % kinds.length]?.((text) => client.query(text));
          }
        } finally {
          client.release();
        }
      }),
    );
    writing = false;
    await sealing;
    await sealer.turn();
    expect((await expectSealedWhole(machine)).length).toBeGreaterThan(300);
  });
});

describe('a sealer that dies', () => {
  class Death extends Error {}

  it.each(STEPS)('after it has %s loses no record and seals none twice', async (step) => {
    for (const round of [1, 2, 3]) {
      await database.api.query(changes(5));
      let seen = 0;
      const dying = machine.sealer({
        mostAtOnce: 2,
        heartbeatMs: 0,
        onStep: (done) => {
          if (done === step) seen += 1;
          if (seen === Math.min(round, step === 'elected' || step === 'resumed' ? 1 : round))
            throw new Death();
        },
      });
      await expect(seal(dying)).rejects.toThrow(Death);
    }
    await database.api.query(CHANGE);
    await seal(machine.sealer());
    expect(await expectSealedWhole(machine)).toHaveLength(16);
  });

  it.each(STEPS)('in Postgres after it has %s continues with a new session', async (step) => {
    await database.api.query(changes(5));
    let ended = false;
    const sealer = machine.sealer({
      mostAtOnce: 2,
      onStep: async (done) => {
        if (done !== step || ended) return;
        ended = true;
        await endSealerSessions();
      },
    });
    await sealer.turn().catch(() => undefined);
    expect(ended).toBe(true);
    await database.api.query(CHANGE);
    await sealer.turn().catch(() => undefined);
    await seal(sealer);
    expect(await expectSealedWhole(machine)).toHaveLength(6);
  });

  it('is replaced by the standby', async () => {
    const [first, second] = [machine.sealer(), machine.sealer()];
    await database.api.query(CHANGE);
    expect(await first.turn()).toMatchObject({ elected: true, sealed: 1 });
    expect(await second.turn()).toMatchObject({ elected: false, sealed: 0, lastSealedAt: expect.any(Date) });
    await database.api.query(CHANGE);
    await first.close();
    expect(await seal(second)).toBe(1);
    await expectSealedWhole(machine);
  });
});

describe('a sealer that hangs', () => {
  it.each(STEPS)('after it has %s blocks no change', async (step) => {
    const workspace = await insertWorkspace(database.api);
    const job = await insertJob(database.api, workspace, await insertCoordinator(database.api));
    let goOn: () => void = () => undefined;
    const stood = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let reached: () => void = () => undefined;
    const standing = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const sealing = machine
      .sealer({
        onStep: async (done) => {
          if (done !== step) return;
          reached();
          await stood;
        },
      })
      .turn();
    await standing;
    const client = await database.api.connect();
    try {
      await client.query("SET lock_timeout = '1s'");
      await client.query(CHANGE);
      await client.query(
        CHANGE.replace(
          /INSERT.*/,
          `UPDATE public.jobs SET rev = rev + 1, status = 'RUNNING', attempt = 1, started_at = now() FROM ctx WHERE ctx.ready AND id = '${job}'`,
        ),
      );
    } finally {
      client.release();
    }
    goOn();
    await sealing;
  });
});

describe('two sealers that both act as elected', () => {
  it('cannot store two checkpoints with one number', async () => {
    await database.api.query(CHANGE);
    // Both are about to commit; the lock that would have kept them apart goes with the first one's session.
    let overtake: (() => Promise<void>) | undefined = async () => {
      await endSealerSessions();
      await seal(machine.sealer());
    };
    const first = machine.sealer({
      onStep: async (step) => {
        if (step !== 'signed') return;
        const now = overtake;
        overtake = undefined;
        await now?.();
      },
    });
    await expect(first.turn()).rejects.toThrow();
    await machine.stop();
    await seal(machine.sealer({ heartbeatMs: 0 }));
    expect(await expectSealedWhole(machine)).toHaveLength(1);
    expect(await machine.published()).toHaveLength(2);
  });
});
