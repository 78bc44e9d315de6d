import { Injectable } from '@nestjs/common';
import { encodeLeaf } from '../../audit-proof/leaf.js';
import { consistencyProof, inclusionProof, type NodeReader } from '../../audit-proof/merkle-proof.js';
import { formatVerifierKey } from '../../audit-proof/signed-note.js';
import type { Caller } from '../../common/access/caller.js';
import { decodeNumber, encodeNumber } from '../../common/pagination/cursor.js';
import { type Page, toPage } from '../../common/pagination/page.js';
import type { PageQuery } from '../../common/pagination/page.query.js';
import { InvalidRequestError } from '../../common/problems/invalid-request.error.js';
import {
  AuditRecordNotFoundError,
  CheckpointNotFoundError,
  RecordUnsealedError,
  SigningKeyUnreadError,
} from '../audit-log.errors.js';
import { SealingService } from '../sealing/sealing.service.js';
import type {
  CheckpointKey,
  ConsistencyProof,
  InclusionProof,
  InclusionProofs,
  SealedCheckpoint,
  Unproven,
} from './checkpoint-record.js';
import { CheckpointsRepository, type FoundRecord } from './checkpoints.repository.js';
import { storedTree } from './stored-tree.js';

@Injectable()
export class CheckpointsService {
  constructor(
    private readonly checkpoints: CheckpointsRepository,
    private readonly sealing: SealingService,
  ) {}

  async list(caller: Caller, { limit, cursor }: PageQuery): Promise<Page<SealedCheckpoint>> {
    const before = cursor === undefined ? undefined : decodeNumber('seq', cursor);
    const part = await this.checkpoints.list(caller, limit, before);
    return toPage(part, ({ seq }) => encodeNumber('seq', seq));
  }

  /** @throws DomainError `not-found` if there is no checkpoint yet */
  async latest(caller: Caller): Promise<SealedCheckpoint> {
    const {
      items: [latest],
    } = await this.checkpoints.list(caller, 1, undefined);
    if (latest === undefined) throw new CheckpointNotFoundError();
    return latest;
  }

  /**
   * @param from number of the earlier checkpoint
   * @param to number of the later checkpoint
   * @throws DomainError `not-found`; `invalid-request` if `from` is above `to`
   */
  async proveConsistency(caller: Caller, from: number, to: number): Promise<ConsistencyProof> {
    if (from > to) throw InvalidRequestError.of('from', `from must be at most ${to}, the number in the path`);
    const found = await this.checkpoints.numbered(caller, [from, to]);
    const earlier = numbered(found, from);
    const later = numbered(found, to);
    const tree = storedTree((ranges) => this.checkpoints.nodes(caller, ranges));
    const proof = await consistencyProof(earlier.size, later.size, tree);
    return { from: earlier, to: later, proof: proof.map((it) => it.toString('base64')) };
  }

  /** @throws DomainError `not-found`, `record-unsealed` */
  async prove(caller: Caller, recordId: string): Promise<InclusionProof> {
    const { found, checkpoint } = await this.checkpoints.find(caller, [recordId]);
    const [record] = found;
    if (record?.isVisible !== true) throw new AuditRecordNotFoundError(recordId, record?.workspaceId ?? null);
    if (record.leaf === undefined || checkpoint === undefined) throw new RecordUnsealedError();
    const tree = storedTree((ranges) => this.checkpoints.nodes(caller, ranges));
    return { ...(await proofOf(record, record.leaf, checkpoint, tree)), checkpoint };
  }

  /** Each record is proven against the same checkpoint, with one read of the tree for all of them. */
  async proveAll(caller: Caller, recordIds: readonly string[]): Promise<InclusionProofs> {
    const { found, checkpoint } = await this.checkpoints.find(caller, recordIds);
    const tree = storedTree((ranges) => this.checkpoints.nodes(caller, ranges));
    const items = await Promise.all(
      recordIds.map((recordId): Promise<ProvenRecord> | Unproven => {
        const record = found.find(({ id }) => id === recordId.toLowerCase());
        if (record?.isVisible !== true) return { recordId, code: 'not-found' };
        if (record.leaf === undefined || checkpoint === undefined)
          return { recordId, code: 'record-unsealed' };
        return proofOf(record, record.leaf, checkpoint, tree);
      }),
    );
    return { checkpoint: checkpoint ?? null, items };
  }

  /**
   * The key that this server signs with, under the name of the log.
   *
   * @throws DomainError `not-found` if there is no checkpoint yet, `overloaded` if the key is not read yet
   */
  async findKey(caller: Caller): Promise<CheckpointKey> {
    const { note } = await this.latest(caller);
    const [origin = ''] = note.split('\n', 1);
    const key = this.sealing.verifierKey(origin);
    if (key === undefined) throw new SigningKeyUnreadError();
    return {
      verifierKey: formatVerifierKey(key),
      publicKeyPem: key.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    };
  }
}

type ProvenRecord = Omit<InclusionProof, 'checkpoint'>;

/** The tree only grows, so the subtrees of the checkpoint's tree have not changed since. */
async function proofOf(
  { id, record, disclosures }: FoundRecord,
  { index, hash }: { index: number; hash: Buffer },
  { size }: SealedCheckpoint,
  tree: NodeReader,
): Promise<ProvenRecord> {
  const proof = await inclusionProof(index, size, tree);
  return {
    recordId: id,
    leaf: encodeLeaf(record).toString('base64'),
    leafIndex: index,
    leafHash: hash.toString('base64'),
    proof: proof.map((it) => it.toString('base64')),
    disclosures,
  };
}

function numbered(found: readonly SealedCheckpoint[], seq: number): SealedCheckpoint {
  const checkpoint = found.find((it) => it.seq === seq);
  if (checkpoint === undefined) throw new CheckpointNotFoundError(seq);
  return checkpoint;
}
