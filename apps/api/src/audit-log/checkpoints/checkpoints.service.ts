import { Injectable } from '@nestjs/common';
import { encodeLeaf } from '../../audit-proof/leaf.js';
import { consistencyProof, inclusionProof } from '../../audit-proof/merkle-proof.js';
import type { Caller } from '../../common/access/caller.js';
import { decodeNumber, encodeNumber } from '../../common/pagination/cursor.js';
import { type Page, toPage } from '../../common/pagination/page.js';
import type { PageQuery } from '../../common/pagination/page.query.js';
import { InvalidRequestError } from '../../common/problems/invalid-request.error.js';
import { CheckpointNotFoundError, RecordUnsealedError } from '../audit-log.errors.js';
import type { ConsistencyProof, InclusionProof, SealedCheckpoint } from './checkpoint-record.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { storedTree } from './stored-tree.js';

@Injectable()
export class CheckpointsService {
  constructor(private readonly checkpoints: CheckpointsRepository) {}

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
    const { record, leaf } = await this.checkpoints.find(caller, recordId);
    if (leaf === undefined) throw new RecordUnsealedError();
    const { index, hash, checkpoint } = leaf;
    // The tree only grows, so the subtrees of the checkpoint's tree have not changed since.
    const tree = storedTree((ranges) => this.checkpoints.nodes(caller, ranges));
    const proof = await inclusionProof(index, checkpoint.size, tree);
    return {
      recordId,
      leaf: encodeLeaf(record).toString('base64'),
      leafIndex: index,
      leafHash: hash.toString('base64'),
      proof: proof.map((it) => it.toString('base64')),
      checkpoint,
    };
  }
}

function numbered(found: readonly SealedCheckpoint[], seq: number): SealedCheckpoint {
  const checkpoint = found.find((it) => it.seq === seq);
  if (checkpoint === undefined) throw new CheckpointNotFoundError(seq);
  return checkpoint;
}
