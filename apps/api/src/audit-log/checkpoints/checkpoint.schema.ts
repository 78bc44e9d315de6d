import {
  array,
  dateTime,
  integer,
  nullable,
  object,
  oneOf,
  remarked,
  string,
  union,
  uuid,
} from '../../common/json-schema.js';
import { pageOf } from '../../common/pagination/page.schema.js';
import {
  type CheckpointKey,
  type ConsistencyProof,
  type Disclosure,
  type Disclosures,
  type InclusionProof,
  type InclusionProofs,
  type SealedCheckpoint,
  UNPROVEN_CODES,
  type Unproven,
} from './checkpoint-record.js';

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

const disclosure = (value: string, example: string) =>
  nullable(
    remarked(
      object<Disclosure>(
        'Disclosure',
        {
          value: string({ description: 'the value', examples: ['192.0.2.7'] }),
          salt: string({
            contentEncoding: 'base64',
            description: 'the 16 bytes that were hashed before the value',
            examples: ['3q2+796tvu/erb7v3q2+7w=='],
          }),
        },
        { description: 'A value of which the leaf has only the SHA-256, of salt and value' },
      ),
      { description: value, examples: [{ value: example, salt: '3q2+796tvu/erb7v3q2+7w==' }] },
    ),
  );

const DISCLOSURES = object<Disclosures>(
  'Disclosures',
  {
    sourceIp: disclosure('the address; null: unknown or erased', '192.0.2.7'),
    userAgent: disclosure('the `User-Agent`; null: none or erased', 'curl/8.5.0'),
  },
  { description: 'The personal values to which a leaf has only commitments' },
);

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
    disclosures: remarked(DISCLOSURES, { description: 'the values behind the commitments in the leaf' }),
  },
  { description: 'Proves that a checkpoint covers a record' },
);

const { checkpoint: _, ...OF_ONE } = INCLUSION_PROOF.members;

export const INCLUSION_PROOFS = object<InclusionProofs>(
  'InclusionProofs',
  {
    checkpoint: nullable(
      remarked(CHECKPOINT, {
        description: 'the checkpoint that covers the records; null: there is none yet',
      }),
    ),
    items: array(
      union(
        object<Omit<InclusionProof, 'checkpoint'>>('ProvenRecord', OF_ONE, {
          description: 'The proof of one record',
        }),
        object<Unproven>(
          'UnprovenRecord',
          {
            recordId: OF_ONE.recordId,
            code: oneOf(UNPROVEN_CODES, {
              description:
                'why there is no proof: no such record in the reach of the operator, or not sealed yet',
              examples: ['record-unsealed'],
            }),
          },
          { description: 'A record without a proof' },
        ),
      ),
      { description: 'in the order of the request' },
    ),
  },
  { description: 'Proves that a checkpoint covers several records' },
);

export const CHECKPOINT_KEY = object<CheckpointKey>(
  'CheckpointKey',
  {
    verifierKey: string({
      description: 'the key as verifiers of C2SP notes take it: name, id and public key',
      examples: [
        'coordinator-registry/audit-log/0195f0aa-7d2c-7b1e-9a52-3d1f0c9be001+1f2e3d4c+AbEl1TbQ0Wk1Vd3mRkqk5mC7E2h8u1T6N0aYp4xZz9sQ',
      ],
    }),
    publicKeyPem: string({
      description: 'the same public key as PEM',
      examples: ['-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n'],
    }),
  },
  { description: 'The key that signs checkpoints now' },
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
