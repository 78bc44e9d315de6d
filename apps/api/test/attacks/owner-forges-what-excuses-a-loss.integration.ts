import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LogCopy, SealedLog } from '../integration/verification-fixture.js';

let log: SealedLog;

beforeAll(async () => {
  log = await SealedLog.make();
});

afterAll(() => log?.close());

const THIS_MONTH = new Date().toISOString().slice(0, 7);
const monthsAgo = (count: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count)).toISOString().slice(0, 7);
};

interface Forged {
  type?: string;
  name?: string | null;
  action?: string;
  resource?: string;
  actor?: string | null;
  changes: object;
}

/** Writes a record by hand, and lets the server seal it. */
async function forge(
  copy: LogCopy,
  {
    type = 'SYSTEM',
    name = 'retention',
    action = 'audit.retained',
    resource = 'audit-log',
    actor = null,
    changes,
  }: Forged,
): Promise<void> {
  const text = (it: string | null) => (it === null ? 'NULL' : `'${it}'`);
  await copy.tamper(
    `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_id, actor_name, action, outcome, resource_type, changes)
     SELECT public.uuid_v7(moment), date_trunc('milliseconds', moment), '${type}', ${text(actor)}, ${text(name)}, '${action}', 'SUCCESS',
       '${resource}', '${JSON.stringify(changes)}' FROM clock_timestamp() AS moment`,
  );
  await copy.seal();
}

const retained = (month: string, records: number, months?: number) => ({
  month: { from: null, to: month },
  records: { from: records, to: 0 },
  ...(months === undefined ? {} : { months: { from: null, to: months } }),
});

const ACTOR = '0195f0aa-7d2c-7b1e-9a52-3d1f0c9be001';

describe('forged record that explains a missing month', () => {
  it.each<[string, Forged, RegExp]>([
    ['retention of this month', { changes: retained(THIS_MONTH, 4) }, /had not ended 1 whole months before/],
    [
      'retention of last month',
      { changes: retained(monthsAgo(1), 4) },
      /had not ended 1 whole months before/,
    ],
    [
      'retention before the time that it names',
      { changes: retained(monthsAgo(5), 4, 12) },
      /had not ended 12 whole/,
    ],
    [
      'retention by another actor name',
      { name: 'cleanup', changes: retained(monthsAgo(5), 4) },
      /its actor is not SYSTEM/,
    ],
    [
      'retention by an operator',
      { type: 'OPERATOR', actor: ACTOR, changes: retained(monthsAgo(5), 4) },
      /its actor is not SYSTEM/,
    ],
    [
      'erasure by the system',
      { action: 'audit.erased', resource: 'coordinator', changes: { personalValues: { from: 1, to: 0 } } },
      /only an operator/,
    ],
    [
      'a continuation by another actor name',
      { action: 'audit.continued', changes: { checkpoint: { from: 1, to: 2 }, reason: { to: 'x' } } },
      /its actor is not SYSTEM "sealing"/,
    ],
  ])('is reported as tampering: %s', async (_, forged, why) => {
    await log.onCopy(async (copy) => {
      await forge(copy, forged);
      const { code, kinds, text } = await copy.verify();
      expect({ code, kinds, text }).toEqual({
        code: 2,
        kinds: ['removal forged'],
        text: expect.stringMatching(why),
      });
    });
  });

  it('does not excuse the missing month', async () => {
    await log.onCopy(async (copy) => {
      const sealed = (await copy.lines()).filter((it) => !it.includes('"leafIndex":null')).length;
      await copy.seal();
      await copy.tamper(
        `DELETE FROM public.audit_log WHERE id IN (SELECT record_id FROM public.audit_leaves)`,
      );
      await forge(copy, { changes: retained(THIS_MONTH, sealed + 4) });
      const { code, kinds } = await copy.verify();
      expect({ code, kinds }).toEqual({
        code: 2,
        kinds: expect.arrayContaining(['head cut', 'removal forged']),
      });
    });
  });
});

describe('altered data beside the log', () => {
  it.each<[string, string, string, RegExp]>([
    [
      'the size of a checkpoint',
      'UPDATE public.audit_checkpoints SET size = size + 1 WHERE seq = 2',
      'checkpoint altered',
      /checkpoint 2 in the database: its column size says \d+, its note \d+/,
    ],
    [
      'the time of a checkpoint',
      "UPDATE public.audit_checkpoints SET sealed_at = sealed_at - interval '1 day' WHERE seq = 2",
      'checkpoint altered',
      /checkpoint 2 in the database: its column sealed_at says/,
    ],
    [
      'the frontier beside a checkpoint',
      "UPDATE public.audit_checkpoints SET frontier = substr(frontier, 1, 8) || decode(repeat('00', octet_length(frontier) - 8), 'hex') WHERE seq = 2",
      'checkpoint altered',
      /checkpoint 2 in the database: its column frontier does not match/,
    ],
    [
      'the progress of the sealer',
      `UPDATE public.audit_checkpoints SET sealed_to = '9000000000:9000000000:' WHERE seq = (SELECT max(seq) FROM public.audit_checkpoints)`,
      'checkpoint altered',
      /its column sealed_to is too early, or in the future/,
    ],
    [
      'a tree node that does not follow from the leaves',
      "INSERT INTO public.audit_tree_nodes VALUES (8, 7, decode(repeat('00', 32), 'hex'))",
      'tree altered',
      /node 7 of level 8 belongs to no leaves/,
    ],
  ])('is named by the verification: %s', async (_, statement, kind, text) => {
    await log.onCopy(async (copy) => {
      await copy.tamper(statement);
      const found = await copy.verify();
      expect(found).toMatchObject({ code: 2, kinds: expect.arrayContaining([kind]) });
      expect(found.text).toMatch(text);
    });
  });

  it('is named by the verification: an altered and a missing node of the tree', async () => {
    const large = await SealedLog.make(async ({ api }) => {
      for (let n = 0; n < 3; n += 1) {
        await api.query(
          `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready)
           INSERT INTO public.workspaces (slug, name) SELECT gen_random_uuid()::text, 'x' FROM ctx, generate_series(1, 200)`,
        );
      }
    });
    try {
      await large.onCopy(async (copy) => {
        expect(await copy.verify()).toMatchObject({ code: 0, kinds: [] });
        await copy.tamper(
          "UPDATE public.audit_tree_nodes SET hash = decode(repeat('00', 32), 'hex') WHERE (level, node_index) = (8, 0)",
          'DELETE FROM public.audit_tree_nodes WHERE (level, node_index) = (8, 1)',
        );
        const { code, kinds, text } = await copy.verify();
        expect({ code, kinds }).toEqual({ code: 2, kinds: ['tree altered'] });
        expect(text).toContain('node 0 of level 8 is not the hash of its leaves');
        expect(text).toContain('node 1 of level 8 is not there');
      });
    } finally {
      await large.close();
    }
  });
});
