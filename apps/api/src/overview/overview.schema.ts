import { SEALING_STATES } from '../audit-log/sealing/sealing.service.js';
import {
  anyObject,
  array,
  dateTime,
  enumeration,
  integer,
  nullable,
  object,
  oneOf,
  remarked,
  string,
} from '../common/json-schema.js';
import { ATTENTION_KINDS, type Attention, type Overview, SEVERITIES } from './overview.js';

const ATTENTION_KIND = enumeration('AttentionKind', ATTENTION_KINDS, {
  description:
    '`key-ends`: within 14 days, without a live successor; `key-never-used`: for 7 days; `old-key-used`: a rotated key that is still used; `refusals`: 100 or more of one reason from one address in 10 minutes; `coordinator-limited`: within an hour; `workspace-full`: as many jobs run as `maxRunning` allows, and others wait; `jobs-without-lease`: RUNNING without a lease and a change for an hour',
});

const count = (description: string) => integer({ description, minimum: 0, examples: [12] });

const ATTENTION = object<Attention>(
  'Attention',
  {
    kind: remarked(ATTENTION_KIND, { description: 'what it is' }),
    severity: oneOf(SEVERITIES, { description: 'how much it matters', examples: ['warning'] }),
    since: nullable(dateTime({ description: 'since when it is so; null: unknown' })),
    count: count('how many there are'),
    subject: remarked(
      object<Attention['subject']>(
        'AttentionSubject',
        {
          kind: oneOf(['key', 'coordinator', 'workspace', 'address', 'server'], {
            description: 'what it is about',
            examples: ['key'],
          }),
          id: nullable(
            string({
              description: 'its id, if it has one',
              examples: ['0198c0de-2222-7c11-9d2e-5f60718293a4'],
            }),
          ),
          name: nullable(string({ description: 'its name, kid or address', examples: ['0A1b2C3d4E5f6G7h'] })),
        },
        { description: 'What a line of the overview is about' },
      ),
      { description: 'what it is about' },
    ),
    values: anyObject({
      description: 'names, numbers and times of the line, which depend on `kind`',
      examples: [{ coordinatorName: 'orchestrator', expiresAt: '2026-11-27T12:00:00.000Z' }],
    }),
  },
  { description: 'Something that may need a person' },
);

export const OVERVIEW = object<Overview>(
  'Overview',
  {
    asOf: dateTime({ description: 'when it was read' }),
    requests: nullable(
      array(
        object<NonNullable<Overview['requests']>[number]>(
          'MinuteOfRequests',
          {
            at: dateTime({ description: 'when the minute begins' }),
            served: count('answers that were neither refusals nor over a limit'),
            refused: count('answers with 401 or 403'),
            limited: count('answers with 429'),
          },
          { description: 'The answers of one minute' },
        ),
        {
          description:
            'the last 60 minutes of the server process that answers; null: the operator does not see all workspaces',
        },
      ),
    ),
    seal: remarked(
      object<Overview['seal']>(
        'SealState',
        {
          state: oneOf(SEALING_STATES, { description: 'whether records are sealed', examples: ['ok'] }),
          reason: nullable(
            string({
              description: 'what is wrong, for an ADMIN',
              examples: ['the database has another checkpoint'],
            }),
          ),
          seq: nullable(
            integer({ description: 'the number of the last checkpoint', minimum: 0, examples: [17] }),
          ),
          size: nullable(
            integer({ description: 'how many records it covers', minimum: 0, examples: [4_711] }),
          ),
          sealedAt: nullable(dateTime({ description: 'when it was signed' })),
        },
        { description: 'The state of sealing' },
      ),
      { description: 'the state of sealing' },
    ),
    rateLimits: oneOf(['shared', 'alone'], {
      description: '`shared`: all replicas count requests together; `alone`: each process for itself',
      examples: ['alone'],
    }),
    attention: array(ATTENTION, { description: 'what may need a person, the most severe first' }),
  },
  { description: 'The state of the registry, as far as the operator may see it' },
);
