import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AuditDatabase, openAuditDatabase } from '../integration/audit-fixture.js';
import { changes, expectSealedWhole, Machine } from '../integration/sealing-fixture.js';

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

const LONG = "repeat('ü', 3000000)";

/** What the API's login can do without the function that makes a context: make one by itself. */
const OWN_CONTEXT = `WITH ctx AS MATERIALIZED (
  SELECT set_config('audit.context', ROW(extract(epoch FROM statement_timestamp()), 'SYSTEM', NULL, ${LONG}, NULL, ${LONG},
    '192.0.2.7', ${LONG}, ${LONG})::text, true) IS NOT NULL AS ready)`;
const INSERT = `INSERT INTO public.workspaces (slug, name) SELECT gen_random_uuid()::text, 'x' FROM ctx WHERE ctx.ready`;

const ID = "'0195f0aa-7d2c-7b1e-9a52-3d1f0c9be001'";

describe('writing a large audit record with the API login', () => {
  it.each([
    [
      'through the function that makes a context',
      `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context('SYSTEM', NULL, ${LONG}, NULL, ${LONG}, '192.0.2.7', ${LONG}, ${LONG}) AS ready) ${INSERT}`,
    ],
    ['through a self-made context', `${OWN_CONTEXT} ${INSERT}`],
    [
      'as a refusal',
      `SELECT public.audit_record_refusal('COORDINATOR', ${ID}, ${LONG}, ${ID}, 'auth.denied', ${LONG}, NULL, ${LONG}, NULL, ${LONG}, ${LONG},
         '192.0.2.7', ${LONG}, 1)`,
    ],
    [
      'as a read',
      `SELECT public.audit_record_read('COORDINATOR', ${ID}, ${LONG}, ${ID}, 'jobs.listed', NULL, NULL, ${LONG}, '192.0.2.7', ${LONG})`,
    ],
  ])('stores less than 4 KiB %s', async (_, statement) => {
    await database.api.query(statement);
    const { rows } = await database.owner.query<{ bytes: number; agent: number }>(
      'SELECT octet_length(record::text) AS bytes, char_length(user_agent) AS agent FROM public.audit_log AS record',
    );
    expect(rows).toEqual([{ bytes: expect.any(Number), agent: 512 }]);
    expect(rows[0]?.bytes).toBeLessThan(4_096);
    await machine.sealer().turn();
    expect(await expectSealedWhole(machine)).toHaveLength(1);
  });
});

it('the sealer holds a bounded number of bytes for records of any size', async () => {
  await database.api.query(changes(5));
  // As an older version could have written them.
  await database.superuser.query('ALTER TABLE public.audit_log DISABLE TRIGGER ALL');
  await database.superuser.query(
    `UPDATE public.audit_log SET actor_name = repeat('x', 300000) WHERE id <> (SELECT id FROM public.audit_log ORDER BY id DESC LIMIT 1)`,
  );
  await machine.sealer({ mostBytesAtOnce: 500_000 }).turn();
  expect(await expectSealedWhole(machine)).toHaveLength(5);
  const { rows } = await database.owner.query<{ size: number }>(
    'SELECT size::int AS size FROM public.audit_checkpoints ORDER BY seq',
  );
  // Two of 300,000 bytes, two more, and the small one.
  expect(rows.map(({ size }) => size)).toEqual([2, 4, 5]);
});
