import {
  boolean,
  dateTime,
  enumeration,
  nullable,
  remarked,
  string,
  uuid,
  type ValuesOf,
} from '../common/json-schema.js';
import { fromDate } from '../database/fields.js';

/** The states of a key, and of a webhook. */
export const CREDENTIAL_STATES = ['ACTIVE', 'EXPIRED', 'REVOKED'] as const;
export type CredentialState = (typeof CREDENTIAL_STATES)[number];

export const CREDENTIAL_STATE = enumeration('CredentialState', CREDENTIAL_STATES, {
  description:
    'Only an ACTIVE key or webhook is accepted. A rotated one stays ACTIVE until its overlap ends.',
});

/** The members of a {@link CoordinatorKey}. */
export const KEY_FIELDS = {
  id: uuid({ description: 'the id of the key' }),
  coordinatorId: uuid({ description: 'the coordinator that it belongs to' }),
  kid: string({ description: 'the public part of the key', examples: ['0A1b2C3d4E5f6G7h'] }),
  prefix: nullable(
    string({
      description: 'how the key begins; null for the key of COORDINATOR_API_KEY',
      examples: ['crk_0A1b2C3d4E5f6G7h_'],
    }),
  ),
  name: nullable(string({ description: 'its name, if it was given one', examples: ['staging'] })),
  environment: boolean({ description: 'whether it is the key in COORDINATOR_API_KEY', examples: [false] }),
  state: remarked(CREDENTIAL_STATE, { description: 'whether it is accepted' }),
  createdAt: fromDate(dateTime({ description: 'when it was issued' })),
  expiresAt: fromDate(nullable(dateTime({ description: 'when it expires; null: never' }))),
  rotatedAt: fromDate(nullable(dateTime({ description: 'when a successor was issued' }))),
  revokedAt: fromDate(nullable(dateTime({ description: 'when it was revoked' }))),
  lastUsedAt: fromDate(nullable(dateTime({ description: 'when it was last used, to about a minute' }))),
  predecessorId: nullable(uuid({ description: 'the key that this one was rotated from' })),
};

/** A key of a coordinator, without anything that helps to guess it. Times are ISO 8601 in UTC. */
export type CoordinatorKey = ValuesOf<typeof KEY_FIELDS>;

/** A key in a search over all coordinators. */
export interface FoundKey extends CoordinatorKey {
  coordinatorName: string;
}

/** A key that another one has replaced, and when it ends. */
export type EndingKey = Pick<CoordinatorKey, 'id' | 'expiresAt'>;

/** A key and its text. The text is shown only this once. */
export interface IssuedKey {
  key: CoordinatorKey;
  apiKey: string;
}

/** The successor of a key. The text is shown only this once. */
export interface RotatedKey extends IssuedKey {
  predecessor: EndingKey;
}
