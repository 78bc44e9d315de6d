import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ConsistencyProof,
  InclusionProof,
  SealedCheckpoint,
} from '../../src/audit-log/checkpoints/checkpoint-record.js';
import { type Checkpoint, openCheckpoint } from '../../src/audit-proof/checkpoint.js';
import { leafHash } from '../../src/audit-proof/merkle-tree.js';
import { noteSigner } from '../../src/audit-proof/signed-note.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { dataDirOf } from '../support/database.js';
import { type ConsistencyClaim, isConsistent } from '../support/independent-proof.js';
import { verifyInclusion } from '../support/merkle-verification.js';
import { AuditApi, type Tenant } from './audit-log-fixture.js';

let test: TestApp;
let api: AuditApi;
let mine: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  test = await startTestApp();
  api = new AuditApi(test);
  mine = await api.tenant();
  theirs = await api.tenant();
  for (let n = 0; n < 20; n++) await api.job(mine);
});

afterAll(() => test?.close());

async function recordOf(jobId: string): Promise<string> {
  const { body } = await api.page({ resourceId: jobId });
  return body.items[0].id;
}

/** The key that the server has made for itself. */
async function open({ note }: SealedCheckpoint): Promise<Checkpoint> {
  const pem = await readFile(join(dataDirOf(test.database.apiUrl), 'audit-signing-key.pem'), 'utf8');
  expect(createPublicKey(createPrivateKey(pem)).asymmetricKeyType).toBe('ed25519');
  return openCheckpoint(note, [noteSigner(note.slice(0, note.indexOf('\n')), pem)]);
}

async function proofOf(id: string): Promise<InclusionProof> {
  for (;;) {
    const { status, body } = await api.send('get', `/audit-log/${id}/proof`);
    if (status === 200) return body;
    expect([status, body.code]).toEqual([409, 'record-unsealed']);
    await sleep(50);
  }
}

describe('GET /audit-log/:id/proof', () => {
  it('proves each record under the checkpoint in the response', async () => {
    const records = await api.walk({ limit: 200 });
    expect(records.length).toBeGreaterThan(25);
    for (const { id } of records) {
      const { recordId, leaf, leafIndex, leafHash: hash, proof, checkpoint } = await proofOf(id);
      expect(recordId).toBe(id);
      expect(leafHash(Buffer.from(leaf, 'base64')).toString('base64')).toBe(hash);
      const { size, root, seq } = await open(checkpoint);
      expect({ seq, size }).toEqual({ seq: checkpoint.seq, size: checkpoint.size });
      const claim = {
        leaf: Buffer.from(hash, 'base64'),
        index: leafIndex,
        size,
        root,
        proof: proof.map((it) => Buffer.from(it, 'base64')),
      };
      expect(verifyInclusion(claim)).toBe(true);
    }
  });

  it('answers 409 record-unsealed with Retry-After before a record is sealed', async () => {
    // Held open, the table of leaves lets the sealer wait; the job is created all the same.
    const held = await test.database.owner.connect();
    try {
      await held.query('BEGIN');
      await held.query('LOCK TABLE public.audit_leaves IN SHARE MODE');
      const id = await recordOf(await api.job(mine));
      const { status, body, headers } = await api.send('get', `/audit-log/${id}/proof`);
      expect([status, body.code, headers['retry-after']]).toEqual([409, 'record-unsealed', '2']);
      await held.query('ROLLBACK');
      expect(await proofOf(id)).toMatchObject({ recordId: id });
    } finally {
      held.release(true);
    }
  });

  it('answers 404 for a record of another workspace, and for an unknown id', async () => {
    const id = await recordOf(await api.job(theirs));
    await proofOf(id);
    const limited = await api.operator([mine.workspaceId]);
    for (const path of [id, '01a1f0c0-0000-7000-8000-000000000001']) {
      const { status, body } = await api.send('get', `/audit-log/${path}/proof`, { key: limited });
      expect([status, body.code]).toEqual([404, 'not-found']);
    }
    expect((await api.send('get', '/audit-log/latest/proof')).status).toBe(400);
  });
});

describe('GET /audit-log/checkpoints', () => {
  it('returns checkpoints newest first, in pages; /latest returns the newest', async () => {
    for (let n = 0; n < 3; n++) await proofOf(await recordOf(await api.job(mine)));
    const { body: latest } = await api.send('get', '/audit-log/checkpoints/latest');
    expect(await open(latest)).toMatchObject({
      seq: latest.seq,
      size: latest.size,
      sealedAt: latest.sealedAt,
    });

    const found: SealedCheckpoint[] = [];
    for (let cursor = ''; ; ) {
      const { status, body } = await api.send('get', `/audit-log/checkpoints?limit=2${cursor}`);
      expect(status).toBe(200);
      expect(body.items.length).toBeLessThanOrEqual(2);
      found.push(...body.items);
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    const from = found.findIndex(({ seq }) => seq === latest.seq);
    expect(found.slice(from).map(({ seq }) => seq)).toEqual(
      Array.from({ length: latest.seq + 1 }, (_, n) => latest.seq - n),
    );
    for (const checkpoint of found) expect(await open(checkpoint)).toMatchObject({ seq: checkpoint.seq });
  });

  it.each(['limit=0', 'limit=101', 'cursor=x', 'cursor=c2VxOi0x', 'seq=1'])(
    'answers 400 for %s',
    async (query) => {
      expect((await api.send('get', `/audit-log/checkpoints?${query}`)).status).toBe(400);
    },
  );

  it('answers 200 to operators, also limited ones, and 401 to others', async () => {
    const limited = await api.operator([]);
    for (const path of ['checkpoints', 'checkpoints/latest']) {
      expect((await api.send('get', `/audit-log/${path}`, { key: limited })).status).toBe(200);
      expect((await api.send('get', `/audit-log/${path}`, { key: mine.apiKey })).status).toBe(401);
      expect((await api.send('get', `/audit-log/${path}`, { key: '' })).status).toBe(401);
    }
  });
});

describe('GET /audit-log/checkpoints/:seq/consistency', () => {
  const path = (seq: number | string, query: string) => `/audit-log/checkpoints/${seq}/consistency${query}`;

  /** Checkpoints of different sizes, with the first of each size. */
  async function sizes(): Promise<SealedCheckpoint[]> {
    for (let n = 0; n < 3; n++) await proofOf(await recordOf(await api.job(mine)));
    const { body } = await api.send('get', '/audit-log/checkpoints?limit=100');
    const oldestFirst: SealedCheckpoint[] = body.items.toReversed();
    return oldestFirst.filter(({ size }, at) => size > 0 && size !== oldestFirst[at - 1]?.size);
  }

  async function claimOf({ from, to, proof }: ConsistencyProof): Promise<ConsistencyClaim> {
    const [earlier, later] = [await open(from), await open(to)];
    return {
      fromSize: earlier.size,
      fromRoot: earlier.root,
      toSize: later.size,
      toRoot: later.root,
      proof,
    };
  }

  it('proves each pair of checkpoints, and another implementation accepts the proof', async () => {
    const checkpoints = await sizes();
    expect(checkpoints.length).toBeGreaterThanOrEqual(4);
    for (const [at, to] of checkpoints.entries()) {
      for (const from of checkpoints.slice(0, at)) {
        const { status, body } = await api.send('get', path(to.seq, `?from=${from.seq}`));
        expect(status).toBe(200);
        expect(body).toEqual({ from, to, proof: expect.any(Array) });
        expect(await isConsistent(await claimOf(body))).toBe(true);
      }
    }
  });

  it('answers a proof that the other implementation refuses after any change', async () => {
    const checkpoints = await sizes();
    const to = checkpoints.at(-1);
    const from = checkpoints.at(-3);
    const { body } = await api.send('get', path(to?.seq ?? '', `?from=${from?.seq}`));
    const claim = await claimOf(body);
    expect(claim.proof.length).toBeGreaterThan(1);
    const other = Buffer.alloc(32, 7);
    for (const changed of [
      { fromRoot: other },
      { toRoot: other },
      { fromRoot: claim.toRoot },
      { fromSize: claim.fromSize - 1 },
      { proof: claim.proof.slice(1) },
      { proof: claim.proof.slice(0, -1) },
      { proof: [...claim.proof, other.toString('base64')] },
      ...claim.proof.map((_, at) => ({ proof: claim.proof.with(at, other.toString('base64')) })),
    ]) {
      expect(await isConsistent({ ...claim, ...changed })).toBe(false);
    }
    expect(await isConsistent(claim)).toBe(true);
  });

  it('answers an empty proof from a checkpoint to itself', async () => {
    const { body: latest } = await api.send('get', '/audit-log/checkpoints/latest');
    const { status, body } = await api.send('get', path(latest.seq, `?from=${latest.seq}`));
    expect([status, body]).toEqual([200, { from: latest, to: latest, proof: [] }]);
  });

  it('is 404 for a number that no checkpoint has, and names it', async () => {
    for (const [seq, from, missing] of [
      [900_000, 0, 900_000],
      [900_001, 900_000, 900_000],
    ]) {
      const { status, body } = await api.send('get', path(seq ?? '', `?from=${from}`));
      expect([status, body.code]).toEqual([404, 'not-found']);
      expect(body.detail).toBe(`There is no checkpoint ${missing}.`);
    }
  });

  it.each([
    ['0', '?from=1', 'from', 'from must be at most 0, the number in the path'],
    ['1', '', 'from', expect.any(String)],
    ['1', '?from=-1', 'from', expect.any(String)],
    ['1', '?from=x', 'from', expect.any(String)],
    ['1', '?from=9999999999999999', 'from', expect.any(String)],
    ['x', '?from=0', 'seq', 'seq must be plain digits'],
    ['-1', '?from=0', 'seq', 'seq must be plain digits'],
    ['9999999999999999', '?from=0', 'seq', 'seq must be plain digits'],
    ['1', '?from=0&to=1', 'to', expect.any(String)],
  ])('is 400 for %s%s', async (seq, query, member, message) => {
    const { status, body } = await api.send('get', path(seq, query));
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(body.errors).toEqual([{ member, message }]);
  });

  it('answers 200 to operators, also limited ones, and 401 to others', async () => {
    const limited = await api.operator([]);
    const { body: latest } = await api.send('get', '/audit-log/checkpoints/latest');
    const to = path(latest.seq, `?from=${latest.seq}`);
    expect((await api.send('get', to, { key: limited })).status).toBe(200);
    expect((await api.send('get', to, { key: mine.apiKey })).status).toBe(401);
    expect((await api.send('get', to, { key: '' })).status).toBe(401);
  });
});

describe('sealer of a server', () => {
  it('reports its state in /metrics and /health/ready', async () => {
    const { text } = await test.http().get('/metrics');
    expect(text).toMatch(/^audit_sealer_elected 1$/m);
    expect(text).toMatch(/^audit_sealing_halted 0$/m);
    expect(Number(/^audit_records_sealed_total (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(25);
    expect(Number(/^audit_checkpoint_age_seconds ([\d.]+)$/m.exec(text)?.[1])).toBeLessThan(180);
    const { body } = await test.http().get('/health/ready');
    expect(body).toEqual({ status: 'ok', checks: { database: 'ok', sealing: 'ok' } });
  });

  it('writes each checkpoint to a file, and never its key', async () => {
    const { body: latest } = await api.send('get', '/audit-log/checkpoints/latest');
    const path = join(dataDirOf(test.database.apiUrl), 'audit-checkpoints.ndjson');
    let lines: { seq: number }[] = [];
    // It is stored first, and written to the file after that.
    while (lines.length <= latest.seq) {
      const whole = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
      lines = whole.map((line): { seq: number } => JSON.parse(line));
    }
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, n) => n));
    expect(lines[latest.seq]).toEqual({ seq: latest.seq, note: latest.note });
  });
});
