import {
  array,
  boolean,
  dateTime,
  integer,
  nullable,
  object,
  oneOf,
  string,
  uuid,
} from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { COORDINATOR_PERMISSIONS, type Coordinator } from './coordinator.js';
import type { CoordinatorKey, IssuedKey } from './coordinator-key.js';

export const COORDINATOR = object<Coordinator>('Coordinator', {
  id: uuid(),
  name: string({ examples: ['orchestrator'] }),
  status: oneOf(['ACTIVE', 'SUSPENDED']),
  permissions: array(oneOf(COORDINATOR_PERMISSIONS)),
  rateLimitPerMinute: integer({
    minimum: 1,
    description: 'requests within any minute, over all its keys',
    examples: [100],
  }),
  allowedNetworks: array(string({ examples: ['10.0.0.0/8'] }), {
    description: 'CIDR networks that it may call from; empty: from anywhere',
  }),
  workspaceIds: array(uuid(), { description: 'the workspaces that it may touch' }),
  createdAt: dateTime(),
  updatedAt: dateTime({ description: 'of the members above except `workspaceIds`' }),
});

export const COORDINATORS = pageOf('CoordinatorPage', COORDINATOR);

const COORDINATOR_KEY = object<CoordinatorKey>('CoordinatorKey', {
  id: uuid(),
  coordinatorId: uuid(),
  kid: string({ description: 'the public part of the key', examples: ['0A1b2C3d4E5f6G7h'] }),
  prefix: nullable(
    string({
      description: 'how the key begins; null for the key of COORDINATOR_API_KEY',
      examples: ['crk_0A1b2C3d4E5f6G7h_'],
    }),
  ),
  name: nullable(string({ examples: ['staging'] })),
  environment: boolean({ description: 'whether it stands for COORDINATOR_API_KEY', examples: [false] }),
  state: oneOf(['ACTIVE', 'EXPIRED', 'REVOKED'], {
    description: 'a rotated key stays ACTIVE until its overlap is over',
  }),
  createdAt: dateTime(),
  expiresAt: nullable(dateTime()),
  rotatedAt: nullable(dateTime()),
  revokedAt: nullable(dateTime()),
  lastUsedAt: nullable(dateTime({ description: 'to about a minute' })),
  predecessorId: nullable(uuid({ description: 'the key that this one was rotated from' })),
});

export const COORDINATOR_KEYS = pageOf('CoordinatorKeyPage', COORDINATOR_KEY);

export const ISSUED_KEY = object<IssuedKey>('IssuedKey', {
  key: COORDINATOR_KEY,
  apiKey: string({
    description: 'the whole key; shown this once',
    examples: ['crk_0A1b2C3d4E5f6G7h_…'],
  }),
});

export const REGISTERED_COORDINATOR = object<{ coordinator: Coordinator } & IssuedKey>(
  'RegisteredCoordinator',
  {
    coordinator: COORDINATOR,
    ...ISSUED_KEY.members,
  },
);
