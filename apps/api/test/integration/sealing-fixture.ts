import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { LEAF_COLUMNS, type LeafRow, toLeafRecord } from '../../src/audit-log/leaf-row.js';
import { CheckpointFile } from '../../src/audit-log/sealing/checkpoint-file.js';
import { Sealer, type SealerOptions } from '../../src/audit-log/sealing/sealer.js';
import { signingKeys } from '../../src/audit-log/sealing/signing-keys.js';
import { openCheckpoint } from '../../src/audit-proof/checkpoint.js';
import { type PublishedCheckpoint } from '../../src/audit-proof/checkpoint-line.js';
import { recordHash } from '../../src/audit-proof/leaf.js';
import { MerkleFrontier } from '../../src/audit-proof/merkle-tree.js';
import { noteSigner } from '../../src/audit-proof/signed-note.js';
import { AS_SYSTEM, type AuditDatabase } from './audit-fixture.js';

export const SEALER_NAME = 'coordinator-registry-sealer';

/** A machine on which sealers run: its disk, and the key that it was given. */
export class Machine {
  private readonly sealers: Sealer[] = [];

  private constructor(
    readonly database: AuditDatabase,
    readonly directory: string,
    readonly signingKey: string,
  ) {}

  static async over(database: AuditDatabase): Promise<Machine> {
    return new Machine(database, await mkdtemp(join(tmpdir(), 'registry-sealing-')), newSigningKey());
  }

  get path(): string {
    return join(this.directory, 'checkpoints.ndjson');
  }

  sealer(options: Partial<SealerOptions> = {}): Sealer {
    const sealer = new Sealer({
      connection: this.database.connection,
      keys: signingKeys(this.signingKey),
      file: new CheckpointFile(this.path),
      ...options,
    });
    this.sealers.push(sealer);
    return sealer;
  }

  async published(): Promise<PublishedCheckpoint[]> {
    const text = await readFile(this.path, 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as PublishedCheckpoint);
  }

  /** Ends all sealers, as a stop of their processes would. */
  async stop(): Promise<void> {
    for (const sealer of this.sealers.splice(0)) await sealer.close();
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true });
  }
}

export function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Every committed record is sealed exactly once, every checkpoint is signed, numbered without a gap, published, and says the root of
 * its leaves; and what is stored of the tree are its subtrees. By reading all of it again.
 *
 * @returns the ids of the sealed records, in the order of the tree
 */
export async function expectSealedWhole(machine: Machine): Promise<string[]> {
  const { owner } = machine.database;
  const { rows: records } = await owner.query<LeafRow & { leaf_index: string; hash: Buffer }>(
    `SELECT ${LEAF_COLUMNS}, leaf.leaf_index, leaf.hash
     FROM public.audit_log AS record FULL JOIN public.audit_leaves AS leaf ON leaf.record_id = record.id
     ORDER BY leaf.leaf_index`,
  );
  const { rows: checkpoints } = await owner.query<{ seq: string; size: string; note: string }>(
    'SELECT seq, size, note FROM public.audit_checkpoints ORDER BY seq',
  );
  const { rows: nodes } = await owner.query<{ level: number; node_index: string; hash: Buffer }>(
    'SELECT level, node_index, hash FROM public.audit_tree_nodes ORDER BY level, node_index',
  );

  const frontier = new MerkleFrontier();
  const subtrees = new Map<string, string>();
  let at = 0;
  for (const [seq, { size, note, ...row }] of checkpoints.entries()) {
    const signer = noteSigner(note.slice(0, note.indexOf('\n')), machine.signingKey);
    for (; at < Number(size); at += 1) {
      const record = records[at];
      if (record === undefined) throw new Error(`leaf ${at} is missing`);
      const hash = recordHash(toLeafRecord(record));
      expect([record.leaf_index, hash.equals(record.hash)]).toEqual([String(at), true]);
      frontier.append(hash, (level, index, node) => {
        if (level > 0 && level % 8 === 0) subtrees.set(`${level} ${index}`, node.toString('hex'));
      });
    }
    expect(Number(row.seq)).toBe(seq);
    expect(openCheckpoint(note, [signer])).toMatchObject({ seq, size: at, root: frontier.root() });
  }
  expect(records.length).toBe(at);
  expect(new Map(nodes.map((it) => [`${it.level} ${it.node_index}`, it.hash.toString('hex')]))).toEqual(
    subtrees,
  );
  expect(await machine.published()).toEqual(checkpoints.map(({ seq, note }) => ({ seq: Number(seq), note })));
  return records.map((it) => it.id);
}

/** A change that writes one record. */
export const CHANGE = `${AS_SYSTEM} INSERT INTO public.workspaces (slug, name) SELECT gen_random_uuid()::text, 'x' FROM ctx WHERE ctx.ready`;

/** A change that writes `count` records in one transaction. */
export const changes = (count: number) =>
  CHANGE.replace('FROM ctx', `FROM ctx, generate_series(1, ${count})`);
