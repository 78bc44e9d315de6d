import {
  array,
  dateTime,
  enumeration,
  nullable,
  object,
  remarked,
  string,
  uuid,
} from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import {
  type IssuedOperator,
  OPERATOR_PERMISSIONS,
  OPERATOR_ROLES,
  type Operator,
  type OperatorSelf,
} from './operator.js';

const OPERATOR_ROLE = enumeration('OperatorRole', OPERATOR_ROLES, {
  description:
    'An ADMIN may do everything; an OPERATOR reads, stops and retries jobs, and reads the audit log, of its workspaces; an AUDITOR only reads them',
});

const MEMBERS = {
  id: uuid({ description: 'the id of the operator' }),
  name: string({ description: 'its name', examples: ['Ada'] }),
  role: remarked(OPERATOR_ROLE, { description: 'what it may do' }),
  workspaceIds: nullable(
    array(uuid(), {
      description: 'the workspaces that it may touch; null: all, as for every ADMIN',
    }),
  ),
  keyId: uuid({
    description: 'the id of its current key or, if it signs in with the provider, of its identity there',
  }),
  kid: nullable(
    string({
      description: 'the public part of its current key; null: it signs in with the provider and has no key',
      examples: ['0A1b2C3d4E5f6G7h'],
    }),
  ),
  identity: nullable(
    remarked(
      object<NonNullable<Operator['identity']>>(
        'OperatorIdentity',
        {
          issuer: string({ description: 'the issuer', examples: ['https://id.example.com'] }),
          subject: string({ description: 'its id there, `sub`', examples: ['248289761001'] }),
        },
        { description: 'Who an operator is at the OpenID provider' },
      ),
      { description: 'who it is at the provider; null: it has a key' },
    ),
  ),
  keyExpiresAt: nullable(
    dateTime({ description: 'when its current key expires, and with it its access; null: never' }),
  ),
  lastUsedAt: nullable(
    dateTime({
      description: 'when it last used its key or signed in with the provider, to about a minute; null: never',
    }),
  ),
  allowedNetworks: array(string({ examples: ['10.0.0.0/8'] }), {
    description: 'networks from which it may call; empty: any',
  }),
  createdAt: dateTime({ description: 'when it was created' }),
  updatedAt: dateTime({ description: 'when it changed last' }),
};

export const OPERATOR = object<Operator>('Operator', MEMBERS, {
  description: 'A person or tool on the admin side',
  examples: [
    {
      id: '0198c0de-7a3b-7c11-9d2e-5f60718293a4',
      name: 'Ada',
      role: 'OPERATOR',
      workspaceIds: ['0198c0de-0000-7c11-9d2e-5f60718293a4'],
      keyId: '0198c0de-2222-7c11-9d2e-5f60718293a4',
      kid: '0A1b2C3d4E5f6G7h',
      identity: null,
      keyExpiresAt: null,
      lastUsedAt: '2026-11-25T08:30:00.000Z',
      allowedNetworks: [],
      createdAt: '2026-11-24T12:00:00.000Z',
      updatedAt: '2026-11-24T12:00:00.000Z',
    },
  ],
});

const { id, name, role, workspaceIds, keyId, kid, identity, keyExpiresAt, lastUsedAt } = MEMBERS;

export const OPERATOR_SELF = object<OperatorSelf>(
  'OperatorSelf',
  {
    id,
    name,
    role,
    permissions: array(
      enumeration('OperatorPermission', OPERATOR_PERMISSIONS, { description: 'What an operator may do' }),
      { description: 'what its role permits' },
    ),
    workspaceIds,
    keyId,
    kid,
    identity,
    keyExpiresAt,
    lastUsedAt,
  },
  {
    description: 'The operator that asks',
    examples: [
      {
        id: '0198c0de-7a3b-7c11-9d2e-5f60718293a4',
        name: 'Ada',
        role: 'AUDITOR',
        permissions: ['audit:read', 'operator-jobs:read'],
        workspaceIds: null,
        keyId: '0198c0de-2222-7c11-9d2e-5f60718293a4',
        kid: '0A1b2C3d4E5f6G7h',
        identity: null,
        keyExpiresAt: null,
        lastUsedAt: '2026-11-25T08:30:00.000Z',
      },
    ],
  },
);

export const OPERATORS = pageOf('OperatorPage', OPERATOR);

export const ISSUED_OPERATOR = object<IssuedOperator>(
  'IssuedOperator',
  {
    operator: remarked(OPERATOR, { description: 'the operator' }),
    accessKey: string({
      description: 'the whole key; only this answer shows it',
      examples: ['cro_0A1b2C3d4E5f6G7h_…'],
    }),
  },
  { description: 'An operator with a new key' },
);
