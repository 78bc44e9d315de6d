import { array, dateTime, integer, nullable, object, string, uuid } from '../json-schema.js';

/** A rule that a member of the request breaks. `member` is a path such as `repositories.0`. */
export interface MemberError {
  member: string;
  message: string;
}

/** The members at fault of a request. */
export const MEMBERS_AT_FAULT = array(
  object<MemberError>(null, {
    member: string({ description: 'its path, such as `repositories.0`', examples: ['name'] }),
    message: string({ description: 'the rule that it breaks', examples: ['name must be a string'] }),
  }),
  { description: 'the members that break a rule' },
);

/** The state of a job. For a key, only the first member is known. */
export const STANDING = {
  currentStatus: string({ description: 'the status of the job, or the state of the key' }),
  attempt: integer({ description: 'the current attempt of the job' }),
  rev: integer({ description: 'the current `rev` of the job' }),
  allowed: array(string(), { description: 'the actions that the job allows now' }),
};

/** A key, and when it ends. */
export const ENDING_KEY = (description: string) =>
  object<{ id: string; expiresAt: string | null }>(
    null,
    {
      id: uuid({ description: 'the id of the key' }),
      expiresAt: nullable(dateTime({ description: 'when it expires; null: never' })),
    },
    { description },
  );
