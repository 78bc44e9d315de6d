import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCheckpoint, signCheckpoint } from '../../src/audit-proof/checkpoint.js';
import { noteSigner } from '../../src/audit-proof/signed-note.js';
import { LogSnapshot } from '../../src/audit-verification/log-snapshot.repository.js';
import { newSigningKey } from './sealing-fixture.js';
import { idOf, type LogCopy, SealedLog, verify } from './verification-fixture.js';

// Each case is a database of its own.
let log: SealedLog;
/** how many leaves there are */
let size: number;

beforeAll(async () => {
  log = await SealedLog.make();
  const copy = await log.copy();
  size = (await copy.lines()).filter((it) => !it.includes('"leafIndex":null')).length;
  await copy.close();
});

afterAll(() => log?.close());

const onCopy: SealedLog['onCopy'] = (work) => log.onCopy(work);

async function expectTampering(copy: LogCopy, kinds: string[]): Promise<string> {
  const { code, text, kinds: found } = await copy.verify();
  expect({ code, found, text }).toEqual({ code: 2, found: kinds, text: expect.any(String) });
  expect(text).toMatch(/^TAMPERING/m);
  expect(text).toContain('What to do next');
  return text;
}

/** Takes leaves away, and numbers those that follow as if they had never been. */
const renumbered = (leaf: number, count: number) => [
  `DELETE FROM public.audit_log WHERE id IN (SELECT record_id FROM public.audit_leaves WHERE leaf_index >= ${leaf} AND leaf_index < ${leaf + count})`,
  `DELETE FROM public.audit_leaves WHERE leaf_index >= ${leaf} AND leaf_index < ${leaf + count}`,
  `UPDATE public.audit_leaves SET leaf_index = -leaf_index WHERE leaf_index > ${leaf}`,
  `UPDATE public.audit_leaves SET leaf_index = -leaf_index - ${count} WHERE leaf_index < 0`,
];

const deleted = (leaves: string) =>
  `DELETE FROM public.audit_log WHERE id IN (SELECT record_id FROM public.audit_leaves WHERE ${leaves})`;
const unleaved = (leaves: string) => `DELETE FROM public.audit_leaves WHERE ${leaves}`;

const exchanged = (column: string, one: number, other: number) => [
  'ALTER TABLE public.audit_leaves DROP CONSTRAINT audit_leaves_record_key, DROP CONSTRAINT audit_leaves_pkey',
  `UPDATE public.audit_leaves AS mine SET ${column} = other.${column} FROM public.audit_leaves AS other
   WHERE (mine.leaf_index, other.leaf_index) IN ((${one}, ${other}), (${other}, ${one}))`,
  'ALTER TABLE public.audit_leaves ADD CONSTRAINT audit_leaves_record_key UNIQUE (record_id)',
];

describe('an untouched log', () => {
  it('verifies in the database and as an export', async () => {
    await onCopy(async (copy) => {
      const { code, text } = await copy.verifyByCommand();
      expect({ code, text }).toEqual({
        code: 0,
        text: expect.stringContaining(`The log holds: ${size} records`),
      });
      expect(text).toContain('4 records are not sealed yet');
      expect(await copy.verify()).toEqual({ code, text, kinds: [] });

      const lines = await copy.lines();
      const exported = await log.verifyExport(lines);
      expect(exported.code).toBe(0);
      expect(await log.verifyExportByCommand(lines)).toEqual(exported);
    });
  });

  it('verifies with exit code 0, and with 2 after tampering', async () => {
    await onCopy(async (copy) => {
      await copy.tamper(deleted('leaf_index = 9'));
      const { code, text } = await copy.verifyByCommand();
      expect({ code, text }).toEqual({ code: 2, text: (await copy.verify()).text });
      const cut = (await copy.lines()).toSpliced(20, 1);
      expect(await log.verifyExportByCommand(cut)).toEqual(await log.verifyExport(cut));
    });
  });

  it('verifies with only the database, with a note on what is not checked', async () => {
    await onCopy(async (copy) => {
      const { code, text } = await verify(['--public-key', log.publicKey], {
        DATABASE_URL: copy.database.apiUrl,
        DATA_DIR: join(log.machine.directory, 'elsewhere'),
      });
      expect(code).toBe(0);
      expect(text).toMatch(/^Note: there is no .*rolled back as a whole/m);
    });
  });
});

describe('tampering found before verification stops early', () => {
  it('is reported with exit code 2', async () => {
    await onCopy(async (copy) => {
      await copy.tamper(
        `UPDATE public.audit_log SET actor_name = 'nobody' WHERE id = ${idOf(9)}`,
        'ALTER TABLE public.jobs RENAME COLUMN rev TO revision',
      );
      const text = await expectTampering(copy, ['record edited']);
      expect(text).toMatch(/^Note: verification stopped here, .*job\.rev/m);
    });
  });
});

describe('verification of sealed records', () => {
  it.each<[string, string[], string[]]>([
    [
      'an edit',
      [`UPDATE public.audit_log SET actor_name = 'nobody' WHERE id = ${idOf(9)}`],
      ['record edited'],
    ],
    [
      'an edit of the last digit of a large number',
      [
        `UPDATE public.audit_log SET changes = replace(changes::text, '9007199254740993', '9007199254740992')::jsonb
         WHERE id = (SELECT id FROM public.audit_log WHERE changes::text LIKE '%9007199254740993%' ORDER BY id LIMIT 1)`,
      ],
      ['record edited'],
    ],
    [
      'an edited source address',
      [`UPDATE public.audit_log SET source_ip = '192.0.2.8' WHERE id = ${idOf(9)}`],
      ['record edited'],
    ],
    [
      'personal values that were deleted without an erasure',
      [
        `UPDATE public.audit_log SET source_ip = NULL, source_ip_salt = NULL, user_agent = NULL, user_agent_salt = NULL WHERE id = ${idOf(9)}`,
      ],
      ['record edited'],
    ],
    ['a deletion', [deleted('leaf_index = 9')], ['gap in rev', 'record missing']],
    [
      'a deletion with its leaf',
      [deleted('leaf_index IN (9, 10)'), unleaved('leaf_index IN (9, 10)')],
      ['gap in rev', 'record missing'],
    ],
    ['a deletion with all later leaves renumbered', renumbered(9, 2), ['gap in rev', 'record missing']],
    ['a tail cut', [deleted('leaf_index >= 30')], ['gap in rev', 'tail cut']],
    [
      'a tail cut with its leaves',
      [deleted('leaf_index >= 30'), unleaved('leaf_index >= 30')],
      ['gap in rev', 'tail cut'],
    ],
    ['a head cut', [deleted('leaf_index < 5')], ['gap in rev', 'head cut']],
    [
      'a head cut with its leaves',
      [deleted('leaf_index < 5'), unleaved('leaf_index < 5')],
      ['gap in rev', 'head cut'],
    ],
    ['two leaves exchanged', exchanged('leaf_index', 8, 11), ['order changed']],
    ['the records of two leaves exchanged', exchanged('record_id', 8, 11), ['order changed']],
    [
      'a record added to the sealed ones',
      [
        `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome, xid)
         SELECT public.uuid_v7(occurred_at), occurred_at, 'SYSTEM', 'forger', 'workspace.created', 'SUCCESS', xid
         FROM public.audit_log WHERE id = ${idOf(9)}`,
      ],
      ['record added'],
    ],
    [
      'a record added without a transaction',
      [
        'ALTER TABLE public.audit_log ALTER xid DROP NOT NULL',
        `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome, xid)
         SELECT public.uuid_v7(occurred_at), occurred_at, 'SYSTEM', 'forger', 'workspace.created', 'SUCCESS', NULL
         FROM public.audit_log WHERE id = ${idOf(9)}`,
      ],
      ['record added'],
    ],
    [
      'a duplicate record',
      [
        'ALTER TABLE public.audit_log DROP CONSTRAINT audit_log_pkey',
        `INSERT INTO public.audit_log SELECT * FROM public.audit_log WHERE id = ${idOf(0)}`,
      ],
      ['record added'],
    ],
    [
      'an edit, beside a retention record without a month',
      [
        `UPDATE public.audit_log SET actor_name = 'nobody' WHERE id = ${idOf(9)}`,
        `UPDATE public.audit_log SET action = 'audit.retained', changes = '{"month": {"to": "soon"}}' WHERE id = ${idOf(10)}`,
      ],
      ['record edited'],
    ],
    [
      'checkpoints rolled back with their records',
      [
        deleted('leaf_index >= (SELECT size FROM public.audit_checkpoints WHERE seq = 4)'),
        unleaved('leaf_index >= (SELECT size FROM public.audit_checkpoints WHERE seq = 4)'),
        'DELETE FROM public.audit_checkpoints WHERE seq > 4',
      ],
      ['checkpoint rolled back', 'gap in rev', 'tail cut'],
    ],
    [
      'a checkpoint taken out',
      ['DELETE FROM public.audit_checkpoints WHERE seq = 2'],
      ['checkpoint missing'],
    ],
    [
      'a checkpoint edited',
      [`UPDATE public.audit_checkpoints SET note = replace(note, 'seq: 2', 'seq: 3') WHERE seq = 2`],
      ['checkpoint forged'],
    ],
  ])('reports %s', async (_, statements, kinds) => {
    await onCopy(async (copy) => {
      await copy.tamper(...statements);
      await expectTampering(copy, kinds);
    });
  });

  it('reports an edit with its id, also when its leaf was adapted', async () => {
    await onCopy(async (copy) => {
      await copy.tamper(`UPDATE public.audit_log SET changes = '{}' WHERE id = ${idOf(9)}`);
      const [, id = ''] = /"id":"([^"]+)"/.exec((await copy.lines())[9] ?? '') ?? [];
      expect(await expectTampering(copy, ['record edited'])).toContain(`record edited: record ${id}, leaf 9`);
      await copy.tamper(
        `UPDATE public.audit_leaves SET hash = decode('${await copy.hashOf(9)}', 'hex') WHERE leaf_index = 9`,
      );
      expect(await expectTampering(copy, ['record edited'])).toMatch(/records of leaves \d+ to \d+ are not/);
    });
  });

  it('reports a record added under a leaf of no tree, in the database and in an export', async () => {
    await onCopy(async (copy) => {
      await copy.tamper(
        `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome, xid)
         SELECT public.uuid_v7(occurred_at), occurred_at, 'SYSTEM', 'forger', 'workspace.created', 'SUCCESS', xid
         FROM public.audit_log WHERE id = ${idOf(9)}`,
        `INSERT INTO public.audit_leaves
         SELECT -1, id, decode(repeat('00', 32), 'hex') FROM public.audit_log WHERE actor_name = 'forger'`,
      );
      await copy.tamper(
        `UPDATE public.audit_leaves SET hash = decode('${await copy.hashOf(-1)}', 'hex') WHERE leaf_index = -1`,
      );
      await expectTampering(copy, ['record added']);
      const { code, kinds } = await log.verifyExport(await copy.lines());
      expect({ code, kinds }).toEqual({ code: 2, kinds: ['record added'] });
    });
  });

  it('reports a checkpoint signed with another key, and one signed twice', async () => {
    const lines = await log.machine.published();
    const note = lines[2]?.note ?? '';
    const origin = note.slice(0, note.indexOf('\n'));
    const ours = noteSigner(origin, log.machine.signingKey);
    const checkpoint = openCheckpoint(note, [ours]);
    const forged = signCheckpoint(checkpoint, noteSigner(origin, newSigningKey()));
    const twice = signCheckpoint({ ...checkpoint, root: Buffer.alloc(32) }, ours);
    for (const [replacement, kinds] of [
      [forged, ['checkpoint forged']],
      // Its columns are those of the other one.
      [twice, ['checkpoint altered', 'checkpoint rolled back']],
    ] as const) {
      await onCopy(async (copy) => {
        await copy.tamper(`UPDATE public.audit_checkpoints SET note = '${replacement}' WHERE seq = 2`);
        await expectTampering(copy, [...kinds]);
      });
    }
  });
});

it('verification of a database blocks the removal of a month', async () => {
  await onCopy(async (copy) => {
    const snapshot = await LogSnapshot.open({ url: copy.database.apiUrl });
    try {
      const [partition] = await copy.query(
        'superuser',
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'public.audit_log'::regclass LIMIT 1`,
      );
      const { name } = partition as { name: string };
      await expect(
        copy.query(
          'superuser',
          `SET lock_timeout = 200; ALTER TABLE public.audit_log DETACH PARTITION ${name}`,
        ),
      ).rejects.toMatchObject({ code: '55P03' });
    } finally {
      await snapshot.close();
    }
  });
});

describe('verification of unsealed records', () => {
  const LAST_JOB = `(SELECT resource_id FROM public.audit_log ORDER BY id DESC LIMIT 1)`;

  it.each([
    ['in the middle', 2],
    ['at the end', 4],
  ])('reports a deletion %s of a job as a gap in rev, and does not notice an edit', async (_, rev) => {
    await onCopy(async (copy) => {
      await copy.tamper(
        `UPDATE public.audit_log SET actor_name = 'x' WHERE resource_id = ${LAST_JOB} AND rev = 3`,
      );
      expect((await copy.verify()).code).toBe(0);
      await copy.tamper(`DELETE FROM public.audit_log WHERE resource_id = ${LAST_JOB} AND rev = ${rev}`);
      await expectTampering(copy, ['gap in rev']);
    });
  });
});

describe('failed verification', () => {
  it.each<[string, string[], NodeJS.ProcessEnv]>([
    ['no such file', ['--export', 'none', '--checkpoints', 'none', '--public-key', 'none'], {}],
    ['an export without checkpoints', ['--export', 'package.json'], {}],
    ['an unknown option', ['--all'], {}],
    ['no key', [], { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', DATA_DIR: 'none' }],
    [
      'a malformed public key',
      ['--public-key', 'package.json'],
      { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' },
    ],
  ])('exits with 1: %s', async (_, options, env) => {
    const { code, text } = await verify(options, env);
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(/^Nothing was verified: /) });
    expect(text).not.toContain('    at ');
  });

  it.each([
    ['itself', 'ELOOP'],
    ['nowhere', 'ENOENT'],
  ])('exits with 1: a checkpoints file that is a link to %s', async (target, reason) => {
    const directory = await mkdtemp(join(tmpdir(), 'registry-verification-'));
    try {
      const path = join(directory, 'audit-checkpoints.ndjson');
      await symlink(target === 'itself' ? path : join(directory, target), path);
      const env = { DATABASE_URL: log.database.apiUrl, DATA_DIR: directory };
      const { code, text } = await verify(['--public-key', log.publicKey], env);
      expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining(reason) });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('exits with 1: an unreachable database', async () => {
    const { code, text } = await verify(['--public-key', log.publicKey], {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    });
    expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining('ECONNREFUSED') });
  });
});
