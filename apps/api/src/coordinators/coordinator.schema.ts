import {
  array,
  dateTime,
  enumeration,
  integer,
  nullable,
  object,
  oneOf,
  remarked,
  string,
  uuid,
} from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { ENDING_KEY } from '../common/problems/members.js';
import {
  COORDINATOR_PERMISSIONS,
  COORDINATOR_STATUSES,
  type Coordinator,
  type ListedCoordinator,
  VISIBLE_STATUSES,
  type VisibleCoordinator,
} from './coordinator.js';
import {
  type CoordinatorKey,
  type FoundKey,
  type IssuedKey,
  KEY_FIELDS,
  type RotatedKey,
} from './coordinator-key.js';

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
    maxRunning: nullable(
      integer({
        description: 'how many jobs of it may be RUNNING at the same time; null: any number',
        minimum: 1,
        examples: [20],
      }),
    ),
    allowedNetworks: array(string({ examples: ['10.0.0.0/8'] }), {
      description: 'CIDR networks from which its keys are accepted; empty: any',
    }),
    workspaceIds: array(uuid(), { description: 'the workspaces that it may use' }),
    createdAt: dateTime({ description: 'when it was registered' }),
    updatedAt: dateTime({ description: 'when a member above, except `workspaceIds`, changed last' }),
  },
  { description: 'A coordinator' },
);

export const COORDINATORS = pageOf(
  'CoordinatorPage',
  object<ListedCoordinator>(
    'ListedCoordinator',
    {
      ...COORDINATOR.members,
      liveKeys: integer({ description: 'how many of its keys are accepted', minimum: 0, examples: [2] }),
      nextKeyExpiresAt: nullable(
        dateTime({ description: 'when the first of them expires; null: none does' }),
      ),
      lastUsedAt: nullable(
        dateTime({ description: 'when any of its keys was last used, to about a minute; null: never' }),
      ),
      running: integer({ description: 'its RUNNING jobs, counted up to 1,000', minimum: 0, examples: [12] }),
    },
    { description: 'A coordinator, with what its keys and jobs do now' },
  ),
);

export const VISIBLE_COORDINATORS = pageOf(
  'VisibleCoordinatorPage',
  object<VisibleCoordinator>(
    'VisibleCoordinator',
    {
      id: COORDINATOR.members.id,
      name: string({
        description: 'its name; that of a deleted one may be in use again',
        examples: ['orchestrator'],
      }),
      status: oneOf(VISIBLE_STATUSES, {
        description: 'whether its requests are served',
        examples: ['ACTIVE'],
      }),
      createdAt: COORDINATOR.members.createdAt,
    },
    { description: 'A coordinator in the reach of an operator' },
  ),
);

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

export const FOUND_KEYS = pageOf(
  'FoundKeyPage',
  object<FoundKey>(
    'FoundKey',
    {
      ...COORDINATOR_KEY.members,
      coordinatorName: string({ description: 'the name of its coordinator', examples: ['orchestrator'] }),
    },
    { description: 'A key, with the name of its coordinator' },
  ),
);

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

export const ROTATED_KEY = object<RotatedKey>(
  'RotatedKey',
  {
    ...ISSUED_KEY.members,
    predecessor: ENDING_KEY('the old key, and when it ends'),
  },
  { description: 'The successor of a key' },
);

export const REGISTERED_COORDINATOR = object<{ coordinator: Coordinator } & IssuedKey>(
  'RegisteredCoordinator',
  {
    coordinator: remarked(COORDINATOR, { description: 'the coordinator' }),
    ...ISSUED_KEY.members,
  },
  { description: 'A new coordinator with its first key' },
);
