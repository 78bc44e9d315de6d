import { array, dateTime, integer, object, string, uuid } from '../../common/json-schema.js';
import { pageOf } from '../../common/pagination/page.schema.js';
import type { ConsistencyProof, InclusionProof, SealedCheckpoint } from './checkpoint-record.js';

const HASH = 'q1vWUQkDZ3E2mO4n0fW3e4oBvN0H8Z2l1aC9bD7yXkE=';

export const CHECKPOINT = object<SealedCheckpoint>('Checkpoint', {
  seq: integer({ minimum: 0, description: 'dense, from 0', examples: [17] }),
  size: integer({ minimum: 0, description: 'how many records it covers', examples: [4_711] }),
  sealedAt: dateTime(),
  note: string({
    description: 'the signed note of a C2SP tlog-checkpoint; only this is signed',
    examples: ['coordinator-registry/audit-log/0195f0aa-7d2c-7b1e-9a52-3d1f0c9be001\n4711\n…'],
  }),
});

export const CHECKPOINTS = pageOf('CheckpointPage', CHECKPOINT);

export const INCLUSION_PROOF = object<InclusionProof>('InclusionProof', {
  recordId: uuid(),
  leaf: string({
    contentEncoding: 'base64',
    description: 'the record as it was hashed',
    examples: ['eyJ2IjoxfQ=='],
  }),
  leafIndex: integer({ minimum: 0, examples: [42] }),
  leafHash: string({ contentEncoding: 'base64', examples: [HASH] }),
  proof: array(string({ contentEncoding: 'base64', examples: [HASH] }), {
    description: 'the audit path of RFC 6962, section 2.1.1, from the leaf upwards',
  }),
  checkpoint: CHECKPOINT,
});

export const CONSISTENCY_PROOF = object<ConsistencyProof>('ConsistencyProof', {
  from: CHECKPOINT,
  to: CHECKPOINT,
  proof: array(string({ contentEncoding: 'base64', examples: [HASH] }), {
    description:
      'the proof of RFC 9162, section 2.1.4, between the sizes of the two; empty if the sizes are equal, or that of `from` is 0',
  }),
});
