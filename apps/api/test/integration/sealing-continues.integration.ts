import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckpointFile } from '../../src/audit-log/sealing/checkpoint-file.js';
import { continueSealing } from '../../src/audit-log/sealing/continuation.js';
import { initialState, nextSeal, type Observation } from '../../src/audit-log/sealing/seal.js';
import type { SealingStep } from '../../src/audit-log/sealing/sealer.js';
import { SealingSession } from '../../src/audit-log/sealing/sealing.repository.js';
import { signingKeys } from '../../src/audit-log/sealing/signing-keys.js';
import { noteSigner } from '../../src/audit-proof/signed-note.js';
import { verifyDatabase } from '../../src/audit-verification/database-verification.js';
import { verifyExport } from '../../src/audit-verification/export-verification.js';
import { type AuditDatabase, openAuditDatabase } from './audit-fixture.js';
import { CHANGE, Machine, newSigningKey } from './sealing-fixture.js';
import { exportedLines, ThreadlessChecker, verify } from './verification-fixture.js';

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

const publicOf = (pem: string) => noteSigner('any', pem).publicKey;

async function sealOnce(keys = signingKeys(machine.signingKey)): Promise<void> {
  await database.api.query(CHANGE);
  expect(await machine.sealer({ keys }).turn()).toMatchObject({ elected: true });
  await machine.stop();
}

function verification(pems: string[], checkpoints = machine.path) {
  return {
    trusted: { publicKeys: pems.map(publicOf), origin: undefined },
    checkpoints,
    progress: () => undefined,
    checker: new ThreadlessChecker(),
  };
}

const verified = (pems = [machine.signingKey], checkpoints = machine.path) =>
  verifyDatabase(database.connection, verification(pems, checkpoints));

async function verifiedExport(pems: string[], checkpoints = machine.path) {
  const path = join(machine.directory, 'export.ndjson');
  await writeFile(path, (await exportedLines(database.superuser)).map((it) => `${it}\n`).join(''));
  return await verifyExport(path, verification(pems, checkpoints));
}

const actions = async () =>
  (
    await database.api.query<{ action: string; changes: object }>(
      `SELECT action, changes FROM public.audit_log WHERE action LIKE 'audit.%' ORDER BY id`,
    )
  ).rows;

describe('a change of the signing key', () => {
  const next = newSigningKey();
  const rotated = () => signingKeys(next, machine.signingKey);

  it('is signed by the old key, recorded and sealed, and verifies with either key', async () => {
    await sealOnce();
    await sealOnce(rotated());
    await sealOnce(signingKeys(next));
    expect(await actions()).toEqual([
      {
        action: 'audit.key-changed',
        changes: {
          publicKey: {
            from: signingKeys(machine.signingKey).current.publicKey,
            to: signingKeys(next).current.publicKey,
          },
        },
      },
    ]);
    for (const pems of [
      [machine.signingKey],
      [next],
      [machine.signingKey, next],
      [next, machine.signingKey],
    ]) {
      for (const { exitCode, text } of [await verified(pems), await verifiedExport(pems)]) {
        expect({ exitCode, text }).toEqual({
          exitCode: 0,
          text: expect.stringContaining('The log holds: 4 records'),
        });
        expect(text).toContain('Recorded in the log: the signing key changed at checkpoint 1');
      }
    }
    expect((await verified([next])).text).toContain('checkpoints 0 to 0 were signed with an earlier key');
    expect((await verified([newSigningKey()])).exitCode).toBe(2);
  });

  it.each<SealingStep>(['resumed', 'signed', 'committed'])(
    'happens once, also when the process dies after it has %s',
    async (step) => {
      await sealOnce();
      const dying = machine.sealer({
        keys: rotated(),
        onStep: (done) => {
          if (done === step) throw new Error('death');
        },
      });
      await expect(dying.turn()).rejects.toThrow('death');
      await machine.stop();
      await sealOnce(rotated());
      await sealOnce(rotated());
      expect(await actions()).toHaveLength(1);
      expect(await verified()).toMatchObject({ exitCode: 0 });
    },
  );

  it('ends sealing with the old key; a later checkpoint of the old key is reported as forged', async () => {
    await sealOnce();
    const old = await machine.published();
    await sealOnce(rotated());
    await expect(machine.sealer().turn()).rejects.toThrow(/was not signed with AUDIT_SIGNING_KEY/);
    await machine.stop();

    // Who stole the old key goes on from the last checkpoint that it signed alone.
    const stolen = signingKeys(machine.signingKey);
    const session = await SealingSession.open(database.connection);
    const now = await session.observe();
    await session.close();
    const [origin = ''] = (old[0]?.note ?? '').split('\n');
    const before = initialState(origin, now, stolen.current);
    const forged = nextSeal(
      { ...before, checkpoint: { ...before.checkpoint, seq: 1 } },
      [],
      { sealedTo: now.snapshot, backlog: undefined },
      stolen,
      new Date().toISOString(),
    );
    await appendFile(machine.path, `${JSON.stringify({ seq: 2, note: forged.note })}\n`);
    const { exitCode, text } = await verified();
    expect({ exitCode, text }).toEqual({
      exitCode: 2,
      text: expect.stringMatching(/^checkpoint forged: checkpoint 2 .* another key than/m),
    });
  });

  it('needs the old key: without it sealing stops', async () => {
    await sealOnce();
    await expect(machine.sealer({ keys: signingKeys(next) }).turn()).rejects.toMatchObject({
      name: 'SealingHaltedError',
      message: expect.stringContaining('AUDIT_SIGNING_KEY_PREVIOUS'),
    });
  });
});

/** The first checkpoint of a log, as a sealer over another Postgres would have signed it. */
async function sealElsewhere(differently: Partial<Observation>): Promise<void> {
  const session = await SealingSession.open(database.connection);
  try {
    const there = { ...(await session.observe()), ...differently };
    const keys = signingKeys(machine.signingKey);
    const before = initialState('registry.example/audit-log', there, keys.current);
    const progress = { sealedTo: there.snapshot, backlog: undefined };
    await session.commit(nextSeal(before, [], progress, keys, new Date().toISOString()));
  } finally {
    await session.close();
  }
}

const continued = async (reason: string) =>
  await continueSealing(database.connection, signingKeys(machine.signingKey), {
    published: await new CheckpointFile(machine.path).last(),
    file: new CheckpointFile(machine.path),
    reason,
  });

describe('a log whose sealing has stopped', () => {
  it.each<[string, Partial<Observation>]>([
    ['a standby was promoted', { timeline: 7 }],
    ['the cluster was upgraded', { systemIdentifier: '42' }],
  ])('because %s continues after audit:continue, and the report says so', async (reason, there) => {
    await sealElsewhere(there);
    await database.api.query(CHANGE);
    const sealer = machine.sealer();
    await expect(sealer.turn()).rejects.toThrow(/npm run audit:continue/);
    expect(await continued(reason)).toEqual({ seq: 1, after: 0, lost: undefined });
    const early = await verified();
    expect({ ...early }).toEqual({ exitCode: 1, text: expect.stringContaining('is not sealed yet') });

    // The one that had stopped, by itself.
    expect(await sealer.turn()).toMatchObject({ elected: true, sealed: 2 });
    for (const { exitCode, text } of [await verified(), await verifiedExport([machine.signingKey])]) {
      expect({ exitCode, text }).toEqual({
        exitCode: 0,
        text: expect.stringContaining('The log holds: 2 records'),
      });
      expect(text).toMatch(
        new RegExp(
          `^Recorded in the log: the log was continued at checkpoint 1, of .*, after checkpoint 0. Reason given: ${reason}.$`,
          'm',
        ),
      );
    }
    await expect(continued('again')).rejects.toThrow('there is nothing to continue');
  });

  it('after lost checkpoints continues with later numbers, and the report counts the lost ones', async () => {
    for (let n = 0; n < 4; n += 1) await sealOnce();
    // What an asynchronous standby did not get.
    for (const table of ['audit_checkpoints', 'audit_leaves', 'audit_log'])
      await database.superuser.query(`ALTER TABLE public.${table} DISABLE TRIGGER ALL`);
    await database.superuser.query(`
      DELETE FROM public.audit_log WHERE id IN (SELECT record_id FROM public.audit_leaves WHERE leaf_index >= 2);
      DELETE FROM public.audit_leaves WHERE leaf_index >= 2;
      DELETE FROM public.audit_checkpoints WHERE seq >= 2`);
    const sealer = machine.sealer();
    await expect(sealer.turn()).rejects.toThrow(/ends at checkpoint 1.*npm run audit:continue/);
    // Another machine knows an older state.
    const elsewhere = new CheckpointFile(join(machine.directory, 'elsewhere.ndjson'));
    await elsewhere.append((await machine.published()).slice(0, 3));

    expect(await continued('fail-over')).toEqual({ seq: 4, after: 1, lost: { checkpoints: 2, records: 2 } });
    await database.api.query(CHANGE);
    expect(await sealer.turn()).toMatchObject({ sealed: 2 });
    await machine.stop();
    expect(await machine.sealer({ file: elsewhere, heartbeatMs: 0 }).turn()).toMatchObject({ elected: true });
    const files = [machine.path, elsewhere.path];
    for (const [at, file] of files.entries()) {
      for (const { exitCode, text } of [
        await verified([machine.signingKey], file),
        await verifiedExport([machine.signingKey], file),
      ]) {
        expect({ exitCode, text }).toEqual({
          exitCode: 0,
          text: expect.stringContaining('The log holds: 4 records'),
        });
        expect(text).toContain(`after checkpoint 1; ${2 - at} published checkpoints between them are void`);
        expect(text).toContain('Reason given: fail-over.');
      }
    }
  });

  it('is reported as tampering if no sealed record explains the continuation', async () => {
    await sealElsewhere({ timeline: 7 });
    await continued('a reason');
    const { owner, superuser } = database;
    await machine.sealer({ heartbeatMs: 0 }).turn();
    await machine.stop();
    await superuser.query('ALTER TABLE public.audit_log DISABLE TRIGGER ALL');
    await superuser.query(`UPDATE public.audit_log SET changes = '{}' WHERE action = 'audit.continued'`);
    expect((await owner.query('SELECT FROM public.audit_checkpoints')).rowCount).toBe(3);
    const { exitCode, text } = await verified();
    expect({ exitCode, text }).toEqual({
      exitCode: 2,
      text: expect.stringContaining('no sealed audit.continued says why'),
    });
  });

  it('cannot be continued by another key, or after two databases signed', async () => {
    await sealElsewhere({ timeline: 7 });
    const file = new CheckpointFile(machine.path);
    const other = signingKeys(newSigningKey());
    await expect(
      continueSealing(database.connection, other, { published: undefined, file, reason: 'x' }),
    ).rejects.toThrow(/was not signed with AUDIT_SIGNING_KEY/);
    await expect(
      continueSealing(database.connection, signingKeys(machine.signingKey), {
        published: { seq: 0, note: 'another' },
        file,
        reason: 'x',
      }),
    ).rejects.toThrow(/two databases signed for one log/);
  });
});

it.each<[string, Partial<Observation>]>([
  ['a timeline that rises', { timeline: 2 }],
  ['a timeline that falls', { timeline: 0 }],
  ['another system identifier', { systemIdentifier: '42' }],
])('%s without a continuation is reported as tampering', async (_, there) => {
  const session = await SealingSession.open(database.connection);
  try {
    const keys = signingKeys(machine.signingKey);
    const now = await session.observe();
    const progress = { sealedTo: now.snapshot, backlog: undefined };
    const time = new Date().toISOString();
    const first = nextSeal(
      initialState('registry.example/audit-log', now, keys.current),
      [],
      progress,
      keys,
      time,
    );
    await session.commit(first);
    const moved = { ...first, checkpoint: { ...first.checkpoint, ...there } };
    await session.commit(nextSeal(moved, [], progress, keys, time));
  } finally {
    await session.close();
  }
  const { exitCode, text } = await verified();
  expect({ exitCode, text }).toEqual({
    exitCode: 2,
    text: expect.stringMatching(
      /^checkpoint rolled back: from checkpoint 1 on, another Postgres cluster was sealed/m,
    ),
  });
});

it('npm run audit:continue requires a reason, and reports the result', async () => {
  await sealElsewhere({ timeline: 7 });
  const key = join(machine.directory, 'signing.pem');
  await writeFile(key, machine.signingKey);
  const { url } = database.connection;
  const env = { DATABASE_URL: url, AUDIT_SIGNING_KEY: key, DATA_DIR: join(machine.directory, 'data') };
  const command = (options: string[]) => verify(options, env, 'audit-continue');
  expect(await command([])).toMatchObject({ code: 1, text: expect.stringContaining('--reason is required') });
  expect(await command(['--reason', 'promoted on purpose'])).toMatchObject({
    code: 0,
    text: expect.stringMatching(/^The log continues with checkpoint 1, after checkpoint 0\./),
  });
  expect(await readFile(join(env.DATA_DIR, 'audit-checkpoints.ndjson'), 'utf8')).toContain('continues: 0');
  expect(await command(['--reason', 'again'])).toMatchObject({
    code: 1,
    text: expect.stringContaining('The log was not continued: there is nothing to continue'),
  });
});
