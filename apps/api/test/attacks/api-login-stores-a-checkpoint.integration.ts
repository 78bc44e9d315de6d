import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signingKeys } from '../../src/audit-log/sealing/signing-keys.js';
import { type AuditDatabase, openAuditDatabase } from '../integration/audit-fixture.js';
import { CHANGE, expectSealedWhole, Machine, newSigningKey } from '../integration/sealing-fixture.js';

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

async function sealOne(): Promise<void> {
  await database.api.query(CHANGE);
  await machine.sealer().turn();
  await machine.stop();
}

function store(seq: number, size: number, token: Buffer | null, events = '[]'): Promise<unknown> {
  return database.api.query(
    `SELECT public.audit_seal($1, $2, now(), 'a note', '\\x', '1:1:', NULL, NULL, NULL, '{}', '\\x', '{}', '{}', '\\x', $3,
       sha256('next'), sha256('lease'), $4)`,
    [seq, size, token, events],
  );
}

async function originOf(seq: number): Promise<string> {
  const { rows } = await database.api.query<{ note: string }>(
    'SELECT note FROM public.audit_checkpoints WHERE seq = $1',
    [seq],
  );
  return rows[0]?.note.split('\n')[0] ?? '';
}

describe('storing a checkpoint with the API login, without the signing key', () => {
  it.each<[string, (origin: string) => Buffer | null]>([
    ['without a token', () => null],
    ['with a made-up token', () => Buffer.alloc(32)],
    ['with the token of another key', (origin) => signingKeys(newSigningKey()).current.sealToken(origin, 1)],
    [
      'with the token of the previous checkpoint',
      (origin) => signingKeys(machine.signingKey).current.sealToken(origin, 0),
    ],
  ])('is refused %s', async (_, tokenOf) => {
    await sealOne();
    await sealOne();
    const token = tokenOf(await originOf(1));
    await expect(store(2, 2, token)).rejects.toMatchObject({ code: 'AU002' });
    await expect(store(7, 2, token, '[{"action": "audit.continued", "changes": {}}]')).rejects.toMatchObject({
      code: 'AU002',
    });
    await sealOne();
    expect(await expectSealedWhole(machine)).toHaveLength(3);
  });

  it('is not possible with a token read from the database, because none is stored there', async () => {
    await sealOne();
    const { rows } = await database.api.query<{ row: string }>(
      'SELECT checkpoint::text AS row FROM public.audit_checkpoints AS checkpoint',
    );
    const keys = signingKeys(machine.signingKey).current;
    const origin = await originOf(0);
    for (const token of [keys.sealToken(origin, 0), keys.leaseToken(origin, 0)])
      expect(rows[0]?.row).not.toContain(token.toString('hex'));
  });

  it('does not take the lease of the sealer', async () => {
    await sealOne();
    const lease = (token: Buffer | null) =>
      database.api.query("SELECT public.audit_sealer_lease('00000000-0000-0000-0000-000000000000', $1)", [
        token,
      ]);
    await expect(lease(null)).rejects.toMatchObject({ code: 'AU002' });
    await expect(lease(Buffer.alloc(32))).rejects.toMatchObject({ code: 'AU002' });
    for (const statement of [
      'SELECT FROM public.audit_sealer',
      'UPDATE public.audit_sealer SET until = now()',
    ])
      await expect(database.api.query(statement)).rejects.toMatchObject({ code: '42501' });
    await database.api.query(CHANGE);
    expect(await machine.sealer().turn()).toMatchObject({ elected: true, sealed: 1 });
  });
});

it('does not extend a lease from before the first checkpoint', async () => {
  const lease = () =>
    database.api.query("SELECT public.audit_sealer_lease('00000000-0000-0000-0000-000000000000', NULL)");
  const until = async () => (await database.superuser.query('SELECT until FROM public.audit_sealer')).rows;
  const client = await database.api.connect();
  try {
    await client.query("SELECT public.audit_sealer_lease('00000000-0000-0000-0000-000000000000', NULL)");
    const first = await until();
    await lease();
    expect(await until()).toEqual(first);
    expect(await machine.sealer().turn()).toMatchObject({ elected: false });
  } finally {
    client.release(true);
  }
});

describe('a checkpoint row that a superuser made unreadable', () => {
  it.each([
    ['an empty note', "note = ''"],
    ['a note of one line', "note = 'x'"],
    ['a note with a control character', "note = replace(note, 'seq', E'\\x1b')"],
    ['a malformed frontier', "frontier = '\\x00'"],
  ])('stops sealing with SealingHaltedError: %s', async (_, change) => {
    await sealOne();
    await database.superuser.query('ALTER TABLE public.audit_checkpoints DISABLE TRIGGER ALL');
    await database.superuser.query(`UPDATE public.audit_checkpoints SET ${change}`);
    await expect(machine.sealer().turn()).rejects.toMatchObject({ name: 'SealingHaltedError' });
  });
});
