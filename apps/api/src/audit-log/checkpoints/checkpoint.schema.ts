import { array, dateTime, integer, object, remarked, string, uuid } from '../../common/json-schema.js';
import { pageOf } from '../../common/pagination/page.schema.js';
import type { ConsistencyProof, InclusionProof, SealedCheckpoint } from './checkpoint-record.js';

const HASH = 'q1vWUQkDZ3E2mO4n0fW3e4oBvN0H8Z2l1aC9bD7yXkE=';

export const CHECKPOINT = object<SealedCheckpoint>(
  'Checkpoint',
  {
    seq: integer({ minimum: 0, description: 'its number; without gaps, from 0', examples: [17] }),
    size: integer({ minimum: 0, description: 'number of records that it covers', examples: [4_711] }),
    sealedAt: dateTime({ description: 'when it was signed' }),
    note: string({
      description: 'the signed note of a C2SP tlog-checkpoint; only this is signed',
      examples: ['coordinator-registry/audit-log/0195f0aa-7d2c-7b1e-9a52-3d1f0c9be001\n4711\n…'],
    }),
  },
  { description: 'A signed statement of the size and root of the tree' },
);

export const CHECKPOINTS = pageOf('CheckpointPage', CHECKPOINT);

export const INCLUSION_PROOF = object<InclusionProof>(
  'InclusionProof',
  {
    recordId: uuid({ description: 'the record' }),
    leaf: string({
      contentEncoding: 'base64',
      description: 'the record, encoded as it is hashed',
      examples: ['eyJ2IjoxfQ=='],
    }),
    leafIndex: integer({ description: 'the position of the leaf in the tree', minimum: 0, examples: [42] }),
    leafHash: string({ description: 'the hash of the leaf', contentEncoding: 'base64', examples: [HASH] }),
    proof: array(string({ contentEncoding: 'base64', examples: [HASH] }), {
      description: 'the audit path of RFC 6962, section 2.1.1, from the leaf upwards',
    }),
    checkpoint: remarked(CHECKPOINT, { description: 'the checkpoint that covers the record' }),
  },
  { description: 'Proves that a checkpoint covers a record' },
);
export const CONSISTENCY_PROOF = object<ConsistencyProof>(
  'ConsistencyProof',
  {
    from: remarked(CHECKPOINT, { description: 'the checkpoint of the smaller tree' }),
    to: remarked(CHECKPOINT, { description: 'the checkpoint of the larger tree' }),
    proof: array(string({ contentEncoding: 'base64', examples: [HASH] }), {
      description:
        'the proof of RFC 9162, section 2.1.4, between the sizes of the two; empty if the sizes are equal, or that of `from` is 0',
    }),
  },
  { description: 'Proves that one checkpoint continues another: no record before it was changed' },
);
