import { randomInt } from 'node:crypto';
import type { Response } from 'supertest';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { loadConfig } from '../../src/config/app-config.js';
import type { OidcRule } from '../../src/config/oidc.js';
import { startTestApp, type TestApp } from './app.js';
import { recordsWhere, type WrittenRecord } from './audited.js';
import { CLIENT_ID, CLIENT_SECRET } from './openid-provider.mjs';
import { call, FROM_A_PAGE, succeed } from './registry.js';

/** Of the console, behind a proxy. Nothing listens there. */
export const ORIGIN = 'https://registry.example';
export const REDIRECT_URI = `${ORIGIN}/console/sign-in/oidc`;

/** A sign-in that has begun: where the page sends the browser, and the cookie that the browser keeps. */
export interface Begun {
  url: URL;
  cookie: string;
}

/** Each request from another address: failures count by address. */
export function ofTheConsole(): Record<string, string> {
  return {
    ...FROM_A_PAGE,
    Origin: ORIGIN,
    'X-Forwarded-For': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
  };
}

/** The whole server with this provider, behind a proxy. */
export function startWithProvider(issuer: string, rules: Partial<OidcRule>[]): Promise<TestApp> {
  const { oidc } = loadConfig({
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: CLIENT_ID,
    OIDC_CLIENT_SECRET: CLIENT_SECRET,
    OIDC_OPERATORS: JSON.stringify(rules),
  });
  if (oidc === undefined) throw new Error('the configuration has no provider');
  return startTestApp({ oidc, trustProxy: 1 });
}

export async function begin(test: TestApp): Promise<Begun> {
  const answer = await call(test, 'post', '/session/oidc', { headers: ofTheConsole() });
  const { url } = succeed<{ url: string }>(answer);
  const [cookie = ''] = String(answer.headers['set-cookie']).split(';');
  return { url: new URL(url), cookie };
}

/** What the page does once the provider has sent the browser back. */
export function finish(
  test: TestApp,
  query: string,
  cookie: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return call(test, 'post', '/session/oidc/callback', {
    headers: { ...ofTheConsole(), Cookie: cookie, ...headers },
    body: { query },
  });
}

/** Refusals are written after the answer. */
export async function refusalsWhere(
  test: TestApp,
  condition: string,
  values: unknown[],
): Promise<WrittenRecord[]> {
  await test.app.get(RefusalRecorder, { strict: false }).flush();
  return await recordsWhere(test, `outcome = 'DENIED' AND ${condition}`, values);
}

/** The whole sign-in of a person, as the console and the provider do it. */
export async function signInWith(test: TestApp, login: string): Promise<Response> {
  const { url, cookie } = await begin(test);
  return await finish(test, await signInAtProvider(url, login), cookie);
}

/** What the browser sends with each request after this sign-in. */
export function sessionOf(answer: Response): Record<string, string> {
  succeed(answer);
  const sets: unknown = answer.headers['set-cookie'];
  const cookie = Array.isArray(sets)
    ? sets.map(String).find((it) => it.startsWith('__Host-session='))
    : undefined;
  return { Cookie: cookie?.split(';')[0] ?? '', ...FROM_A_PAGE };
}

/** Signs in as this person on the pages of the provider. @returns the query of the address to which the provider sends the browser */
export async function signInAtProvider(url: URL, login: string): Promise<string> {
  return await atProvider(url, async (visit, page) => {
    const asked = await visit(page, { prompt: 'login', login, password: 'any' });
    return await visit(asked, { prompt: 'consent' });
  });
}

/** Gives up on the first page of the provider. */
export async function abortAtProvider(url: URL): Promise<string> {
  return await atProvider(url, (visit, page) => visit(`${page}/abort`));
}

type Visit = (url: string, form?: Record<string, string>) => Promise<string>;

/** A browser without scripts: it keeps cookies and follows redirects, but not to the console. */
async function atProvider(url: URL, work: (visit: Visit, page: string) => Promise<string>): Promise<string> {
  const cookies = new Map<string, string>();
  const visit: Visit = async (address, form) => {
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { Cookie: [...cookies].map((it) => it.join('=')).join('; ') },
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = answer.headers.get('location');
    if (location === null) return address;
    const next = new URL(location, address);
    return next.origin === url.origin ? await visit(next.href) : next.href;
  };
  const end = new URL(await work(visit, await visit(url.href)));
  if (end.origin + end.pathname !== REDIRECT_URI) throw new Error(`the provider stopped at ${end.href}`);
  return end.search;
}
