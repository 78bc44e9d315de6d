import type { Access } from '../access/access.js';
import { SESSION_COOKIE } from '../http/credential.js';
import type { DeclaredRoute } from '../http/declared-routes.js';
import type { JsonSchema } from '../json-schema.js';
import type { ProblemCode } from '../problems/catalogue.js';

export const SECURITY_SCHEMES = {
  coordinatorKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'the key of a coordinator, `crk_…`',
  },
  coordinatorBearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'the key of a coordinator, `crk_…`, for clients that can send nothing else',
  },
  operatorKey: { type: 'http', scheme: 'bearer', description: 'the access key of an operator, `cro_…`' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'the session of a signed-in operator, from `POST /session`',
  },
  hubSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Hub-Signature-256',
    description: '`sha256=` and the HMAC-SHA-256 of the body in hexadecimal digits, as GitHub sends it',
  },
  giteaSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Gitea-Signature',
    description: 'the HMAC-SHA-256 of the body in hexadecimal digits, as Gitea sends it',
  },
  metricsToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'METRICS_TOKEN; not needed on the machine itself',
  },
} as const satisfies Record<string, JsonSchema>;

type Requirement = Partial<Record<keyof typeof SECURITY_SCHEMES, []>>;

/** Each requirement is enough; `{}` means no credential. */
export const SECURITY: Record<Access['kind'], readonly Requirement[]> = {
  public: [],
  monitoring: [{}, { metricsToken: [] }],
  operator: [{ operatorKey: [] }, { session: [] }],
  webhook: [{ hubSignature: [] }, { giteaSignature: [] }],
  coordinator: [{ coordinatorKey: [] }, { coordinatorBearer: [] }],
};

/** `overloaded`: also while the server stops. */
const ALWAYS: readonly ProblemCode[] = [
  'invalid-request',
  'headers-too-large',
  'internal-error',
  'overloaded',
];
const OF_A_BODY: readonly ProblemCode[] = ['malformed-json', 'content-too-large', 'unsupported-media-type'];
const OF_A_KEY: readonly ProblemCode[] = [
  'missing-credential',
  'invalid-credential',
  'key-revoked',
  'key-expired',
  'network-forbidden',
  'permission-missing',
  'rate-limited',
  'too-many-failures',
  'database-unavailable',
];
const OF_A_COORDINATOR: readonly ProblemCode[] = [...OF_A_KEY, 'coordinator-suspended'];
const BY_ACCESS: Record<Access['kind'], readonly ProblemCode[]> = {
  public: [],
  monitoring: ['missing-credential', 'invalid-credential'],
  operator: [...OF_A_KEY, 'session-ended', 'session-expired', 'cross-site-request'],
  coordinator: OF_A_COORDINATOR,
  webhook: OF_A_COORDINATOR,
};

/** The problems that any such route can answer with, by its access and by whether it may get a body. */
export function problemsOf({ access, method, path }: DeclaredRoute): ProblemCode[] {
  const ofAccess = access === undefined ? [] : BY_ACCESS[access.kind];
  const needsPermission = access !== undefined && 'permission' in access && access.permission !== null;
  return [
    ...ALWAYS,
    // A body is read before the server knows whether the route takes one.
    ...(method === 'GET' ? [] : OF_A_BODY),
    ...ofAccess.filter(
      (code) =>
        (code !== 'permission-missing' || needsPermission) &&
        (code !== 'cross-site-request' || method !== 'GET'),
    ),
    ...(path.includes(':') ? (['not-found'] as const) : []),
  ];
}
