import { boolean, dateTime, nullable, object, oneOf, remarked, string, uuid } from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { OPERATOR_SELF } from '../operators/operator.schema.js';
import type { OidcStart, Session, SignedIn, SignInOptions } from './session.js';

const { id, name, role, workspaceIds, permissions } = OPERATOR_SELF.members;

export const SIGNED_IN = object<SignedIn>(
  'SignedIn',
  {
    operator: remarked(
      object<SignedIn['operator']>(
        'SignedInOperator',
        { id, name, role, workspaceIds },
        { description: 'An operator that is signed in' },
      ),
      { description: 'the operator that asks' },
    ),
    permissions,
    idleExpiresAt: nullable(
      dateTime({
        description: 'when the session ends unless it is used; null: the request came with a key',
        examples: ['2026-11-24T12:30:00.000Z'],
      }),
    ),
    expiresAt: nullable(
      dateTime({
        description: 'when the session ends in any case; null: the request came with a key',
        examples: ['2026-11-25T00:00:00.000Z'],
      }),
    ),
  },
  { description: 'Who is signed in, and for how long' },
);

export const SIGN_IN_OPTIONS = object<SignInOptions>(
  'SignInOptions',
  {
    oidc: nullable(
      remarked(
        object<{ name: string }>(
          'SignInProvider',
          { name: string({ description: 'the name for the button', examples: ['Example ID'] }) },
          { description: 'A provider with which operators sign in' },
        ),
        { description: 'the provider with which operators sign in; null: only access keys' },
      ),
    ),
    secure: boolean({
      description: 'whether this browser can keep a session: the page came over https or from this machine',
      examples: [true],
    }),
  },
  { description: 'How operators sign in' },
);

export const OIDC_START = object<OidcStart>(
  'OidcStart',
  {
    url: string({
      description: 'where the page sends the browser',
      examples: ['https://id.example.com/authorize?client_id=registry&response_type=code'],
    }),
  },
  { description: 'A sign-in with the OpenID provider that has begun' },
);

const SESSION = object<Session>(
  'Session',
  {
    id: uuid({ description: 'the id of the session' }),
    operator: remarked(
      object<Session['operator']>(
        'SessionOperator',
        { id, name },
        { description: 'The operator of a session' },
      ),
      { description: 'the operator who signed in' },
    ),
    createdAt: dateTime({ description: 'when the operator signed in' }),
    lastSeenAt: dateTime({ description: 'when it was last used, to about a minute' }),
    expiresAt: dateTime({
      description: 'when it ends in any case',
      examples: ['2026-11-25T00:00:00.000Z'],
    }),
    openedWith: oneOf(['key', 'provider'], {
      description: 'with an access key, or with the OpenID provider',
    }),
    sourceIp: nullable(
      string({ description: 'the address that signed in; null: unknown', examples: ['203.0.113.7'] }),
    ),
    userAgent: nullable(
      string({
        description: 'the browser, as it describes itself',
        examples: ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'],
      }),
    ),
    current: boolean({ description: 'whether it is the session of this request', examples: [true] }),
  },
  { description: 'A browser that an operator has signed in' },
);

export const SESSIONS = pageOf('SessionPage', SESSION);
