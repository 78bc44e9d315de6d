import {
  array,
  dateTime,
  enumeration,
  integer,
  object,
  remarked,
  string,
  uuid,
} from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { COORDINATOR_PERMISSIONS, COORDINATOR_STATUSES, type Coordinator } from './coordinator.js';
import { type CoordinatorKey, type IssuedKey, KEY_FIELDS } from './coordinator-key.js';

const COORDINATOR_STATUS = enumeration('CoordinatorStatus', COORDINATOR_STATUSES, {
  description: 'Every request of a SUSPENDED coordinator is refused',
});

const COORDINATOR_PERMISSION = enumeration('CoordinatorPermission', COORDINATOR_PERMISSIONS, {
  description: 'What a coordinator may do in its workspaces',
});

export const COORDINATOR = object<Coordinator>(
  'Coordinator',
  {
    id: uuid({ description: 'the id of the coordinator' }),
    name: string({ description: 'its unique name', examples: ['orchestrator'] }),
    status: remarked(COORDINATOR_STATUS, { description: 'whether its requests are served' }),
    permissions: array(COORDINATOR_PERMISSION, { description: 'what it may do' }),
    rateLimitPerMinute: integer({
      minimum: 1,
      description: 'requests allowed within any minute, over all its keys',
      examples: [100],
    }),
    allowedNetworks: array(string({ examples: ['10.0.0.0/8'] }), {
      description: 'CIDR networks from which its keys are accepted; empty: any',
    }),
    workspaceIds: array(uuid(), { description: 'the workspaces that it may use' }),
    createdAt: dateTime({ description: 'when it was registered' }),
    updatedAt: dateTime({ description: 'when a member above, except `workspaceIds`, changed last' }),
  },
  { description: 'A coordinator' },
);

export const COORDINATORS = pageOf('CoordinatorPage', COORDINATOR);

export const COORDINATOR_KEY = object<CoordinatorKey>('CoordinatorKey', KEY_FIELDS, {
  description: 'A key of a coordinator, without its secret',
  examples: [
    {
      id: '0198c0de-7a3b-7c11-9d2e-5f60718293a4',
      coordinatorId: '0198c0de-1111-7c11-9d2e-5f60718293a4',
      kid: '0A1b2C3d4E5f6G7h',
      prefix: 'crk_0A1b2C3d4E5f6G7h_',
      name: 'staging',
      environment: false,
      state: 'ACTIVE',
      createdAt: '2026-11-24T12:00:00.000Z',
      expiresAt: '2027-11-24T12:00:00.000Z',
      rotatedAt: null,
      revokedAt: null,
      lastUsedAt: '2026-11-25T08:30:00.000Z',
      predecessorId: null,
    },
  ],
});

export const COORDINATOR_KEYS = pageOf('CoordinatorKeyPage', COORDINATOR_KEY);

export const ISSUED_KEY = object<IssuedKey>(
  'IssuedKey',
  {
    key: remarked(COORDINATOR_KEY, { description: 'the key without its secret' }),
    apiKey: string({
      description: 'the whole key; only this answer shows it',
      examples: ['crk_0A1b2C3d4E5f6G7h_…'],
    }),
  },
  { description: 'A new key' },
);

export const REGISTERED_COORDINATOR = object<{ coordinator: Coordinator } & IssuedKey>(
  'RegisteredCoordinator',
  {
    coordinator: remarked(COORDINATOR, { description: 'the coordinator' }),
    ...ISSUED_KEY.members,
  },
  { description: 'A new coordinator with its first key' },
);
