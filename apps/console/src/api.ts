import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import type { paths } from './generated/schema';
import { noteUnauthorized } from './session/session-end';
import { isInUse } from './session/use';
import { clock } from './shared/clock';
import { assertOnline } from './shared/online';

/** Sign-ins on this page. A refusal of a request that began before the last one says nothing about the present session. */
let signIns = 0;
const begun = new WeakMap<Request, number>();

const perAnswer: Middleware = {
  onRequest({ request }) {
    begun.set(request, signIns);
    if (!isRead(request)) assertOnline();
    // The console names each change, so that it can look up what happened if the answer is lost.
    if (!isRead(request) && !request.headers.has('X-Request-Id')) {
      request.headers.set('X-Request-Id', newRequestId());
    }
    // Requests of an unused page must not keep the session alive.
    if (isRead(request) && !isInUse()) request.headers.set('Session-Use', 'background');
    return request;
  },
  onResponse({ request, response }) {
    clock.observe(response.headers.get('date'));
    if (isSignIn(request)) signIns += response.ok ? 1 : 0;
    else if (response.status === 401 && begun.get(request) === signIns) noteUnauthorized();
    const wait = response.headers.get('retry-after');
    if (wait !== null && response.status >= 400) lastRetryAfter.seconds = Number(wait);
    return response;
  },
};

/** How long the server last asked to wait. */
export const lastRetryAfter = { seconds: 1 };

export const client = createFetchClient<paths>({ baseUrl: '/', credentials: 'same-origin' });
client.use(perAnswer);

/** For routes that take `ids=a,b` instead of `ids=a&ids=b`. */
export const LISTED = { array: { style: 'form', explode: false } } as const;

export const api = createQueryClient(client);

export function newRequestId(): string {
  return `console-${crypto.randomUUID()}`;
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isSignIn({ method, url }: Request): boolean {
  return method === 'POST' && /^\/session(?:\/oidc)?(?:\/callback)?$/.test(new URL(url).pathname);
}
