import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ClientEvent,
  createCoordinator,
  createOperator,
  everyItem,
  hasCode,
  ProblemError,
  UnexpectedAnswerError,
  UnreachableError,
  unwrap,
} from '@coordinator-registry/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { type Fault, FaultyProxy, first } from '../support/faulty-proxy.js';
import {
  close,
  createJob,
  issueKey,
  listen,
  registerCoordinator,
  startJob,
  type TestCoordinator,
} from '../support/registry.js';
import { freePort } from '../support/server-process.js';

const OVERLOADED = problem(503, 'overloaded');

/** A refusal as the server writes it. */
function problem(status: number, code: string, headers: Record<string, string> = {}): Fault {
  const body = { type: `/problems/${code}`, title: code, status, code, detail: `${code}.`, requestId: 'r-1' };
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
    body: JSON.stringify(body),
  };
}

describe('requests of the client', () => {
  let test: TestApp;
  let url: string;
  let registered: TestCoordinator;
  const events: ClientEvent[] = [];
  const onEvent = (event: ClientEvent) => void events.push(event);

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
  });
  afterAll(() => close(test));

  beforeEach(async () => {
    registered = await registerCoordinator(test);
    events.length = 0;
  });
  afterEach(() => FaultyProxy.closeAll());

  const newJob = () => ({ workspaceId: registered.workspaceIds[0] ?? '', type: 'build' });
  const createdJobs = async () =>
    (await recordsWhere(test, "action = 'job.created' AND actor_id = $1", [registered.id])).length;

  it('sends the key of a coordinator and that of an operator', async () => {
    const coordinator = createCoordinator({ url, key: registered.apiKey });
    const health = await unwrap(coordinator.GET('/coordinator/health'));
    expect(health.coordinator.id).toBe(registered.id);
    const operator = createOperator({ url: `${url}/`, key: () => test.adminKey });
    expect((await unwrap(operator.GET('/me'))).role).toBe('ADMIN');
  });

  it('answers a refusal with its problem, and throws it from unwrap', async () => {
    const coordinator = createCoordinator({ url, key: registered.apiKey });
    const path = { id: registered.id };
    const { data, error } = await coordinator.GET('/coordinator/jobs/{id}', { params: { path } });
    expect(data).toBeUndefined();
    expect(error?.code).toBe('not-found');
    const thrown = await unwrap(coordinator.GET('/coordinator/jobs/{id}', { params: { path } })).catch(
      (it: unknown) => it,
    );
    expect(thrown).toBeInstanceOf(ProblemError);
    expect(hasCode(thrown, 'not-found')).toBe(true);
    expect(hasCode(thrown, 'rate-limited')).toBe(false);
    expect(String(thrown)).toMatch(/^ProblemError: 404 not-found: .* \(request [-\w]+\)$/);
  });

  it('reads lists page by page, and sends several values', async () => {
    const jobs = [await createJob(test, registered), await createJob(test, registered)];
    await startJob(test, registered);
    const operator = createOperator({ url, key: test.adminKey });
    const found: string[] = [];
    const workspaceId = registered.workspaceIds[0] ?? '';
    for await (const { id } of everyItem((page) =>
      unwrap(
        operator.GET('/jobs', {
          params: { query: { ...page, limit: 1, workspaceId, status: ['PENDING', 'FAILED'] } },
        }),
      ),
    )) {
      found.push(id);
    }
    expect(found.sort()).toEqual(jobs.map(({ id }) => id).sort());
    const { items } = await unwrap(
      operator.GET('/workspaces', { params: { query: { ids: [workspaceId, registered.id] } } }),
    );
    expect(items.map(({ id }) => id)).toEqual([workspaceId]);
  });

  it('repeats a request after 503, not before Retry-After is over', async () => {
    const proxy = await FaultyProxy.open(
      url,
      first(2, 'POST', '/jobs', problem(503, 'overloaded', { 'Retry-After': '1' })),
    );
    const coordinator = createCoordinator({ url: proxy.url, key: registered.apiKey, onEvent });
    const began = performance.now();
    await unwrap(coordinator.POST('/coordinator/jobs', { body: newJob() }));
    expect(performance.now() - began).toBeGreaterThanOrEqual(1_990);
    expect(proxy.count('POST', '/jobs')).toBe(3);
    expect(events).toEqual([
      expect.objectContaining({
        type: 'request-repeated',
        method: 'POST',
        path: '/coordinator/jobs',
        reason: 'POST /coordinator/jobs: 503 overloaded',
      }),
      expect.objectContaining({ type: 'request-repeated' }),
    ]);
    expect(await createdJobs()).toBe(1);
  });

  it('holds all requests back while the server says that the limit is used up', async () => {
    const limited = problem(429, 'rate-limited', { 'Retry-After': '1' });
    const proxy = await FaultyProxy.open(url, first(1, 'GET', '/health', limited));
    const coordinator = createCoordinator({ url: proxy.url, key: registered.apiKey });
    const health = unwrap(coordinator.GET('/coordinator/health'));
    while (proxy.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const began = performance.now();
    await unwrap(coordinator.GET('/coordinator/jobs'));
    expect(performance.now() - began).toBeGreaterThanOrEqual(500);
    await health;
  });

  it.each([
    ['POST', '/jobs'],
    ['POST', '/claim'],
  ] as const)('applies %s %s once if its answer is cut', async (method, end) => {
    const proxy = await FaultyProxy.open(url, first(2, method, end, 'cut'));
    const coordinator = createCoordinator({ url: proxy.url, key: registered.apiKey });
    if (end === '/jobs') {
      await unwrap(coordinator.POST('/coordinator/jobs', { body: newJob() }));
      expect(await createdJobs()).toBe(1);
    } else {
      for (let it = 0; it < 3; it += 1) await createJob(test, registered);
      const job = await unwrap(coordinator.POST('/coordinator/jobs/claim', { body: { agentId: 'a' } }));
      expect(job?.status).toBe('RUNNING');
      const started = "action = 'job.started' AND actor_id = $1";
      expect(await recordsWhere(test, started, [registered.id])).toHaveLength(1);
    }
    expect(proxy.count(method, end)).toBe(3);
    const keys = proxy.requests.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[-0-9a-f]{36}$/);
  });

  it('repeats a complete that names its attempt, and not one that does not', async () => {
    for (const body of [{ attempt: 1 }, {}]) {
      const proxy = await FaultyProxy.open(url, first(1, 'POST', '/complete', 'cut'));
      const coordinator = createCoordinator({ url: proxy.url, key: registered.apiKey });
      const job = await startJob(test, registered);
      const answer = unwrap(
        coordinator.POST('/coordinator/jobs/{id}/complete', { params: { path: { id: job.id } }, body }),
      );
      if ('attempt' in body) expect((await answer).status).toBe('COMPLETED');
      else await expect(answer).rejects.toMatchObject({ name: 'UnreachableError', outcome: 'unknown' });
      expect(proxy.count('POST', '/complete')).toBe('attempt' in body ? 2 : 1);
    }
  });

  it('does not repeat a registration whose answer was cut, and repeats it after a refusal', async () => {
    const body = { name: 'Acme', slug: `acme-${Date.now()}` };
    const cut = await FaultyProxy.open(url, first(1, 'POST', '/workspaces', 'cut'));
    const lost = createOperator({ url: cut.url, key: test.adminKey });
    await expect(lost.POST('/admin/workspaces', { body })).rejects.toBeInstanceOf(UnreachableError);
    expect(cut.count('POST', '/workspaces')).toBe(1);

    const busy = await FaultyProxy.open(url, first(1, 'POST', '/workspaces', OVERLOADED));
    const operator = createOperator({ url: busy.url, key: test.adminKey });
    const { error } = await operator.POST('/admin/workspaces', { body });
    expect(error?.code).toBe('already-exists');
    expect(busy.count('POST', '/workspaces')).toBe(2);
  });

  it('gives up after retrySeconds, with the last problem or an UnreachableError', async () => {
    const proxy = await FaultyProxy.open(url, () => OVERLOADED);
    const busy = createCoordinator({ url: proxy.url, key: registered.apiKey, retrySeconds: 0 });
    const { error } = await busy.GET('/coordinator/jobs');
    expect(error?.code).toBe('overloaded');

    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const away = createCoordinator({ url: nowhere, key: registered.apiKey, retrySeconds: 0 });
    await expect(away.GET('/coordinator/jobs')).rejects.toMatchObject({
      name: 'UnreachableError',
      outcome: 'not-sent',
      message: expect.stringMatching(
        /^GET \/coordinator\/jobs: .*ECONNREFUSED.* The request was not sent\.$/,
      ),
    });
  });

  it('ends a request with its signal, also while it waits to repeat it', async () => {
    const proxy = await FaultyProxy.open(url, () => problem(503, 'overloaded', { 'Retry-After': '600' }));
    const coordinator = createCoordinator({
      url: proxy.url,
      key: registered.apiKey,
      retrySeconds: 3_600,
      onEvent,
    });
    const controller = new AbortController();
    const answer = coordinator.GET('/coordinator/jobs', { signal: controller.signal });
    while (events.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });

  it.each([
    ['another page', { status: 404, headers: { 'Content-Type': 'text/html' }, body: '<html>' }],
    ['a redirect', { status: 302, headers: { Location: 'http://127.0.0.1:9' } }],
  ])('says that the answer is not of a registry: %s', async (_, fault) => {
    const proxy = await FaultyProxy.open(url, () => fault);
    const coordinator = createCoordinator({ url: proxy.url, key: registered.apiKey });
    await expect(coordinator.GET('/coordinator/jobs')).rejects.toBeInstanceOf(UnexpectedAnswerError);
    expect(proxy.requests).toHaveLength(1);
  });

  it('repeats a request that a proxy answers with a page of its own, as it does after 502', async () => {
    const page: Fault = { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' };
    let pages = 2;
    const proxy = await FaultyProxy.open(url, () => (pages-- > 0 ? page : undefined));
    const coordinator = createCoordinator({ url: proxy.url, key: registered.apiKey });
    expect((await unwrap(coordinator.GET('/coordinator/health'))).coordinator.id).toBe(registered.id);
    expect(proxy.requests).toHaveLength(3);

    const always = await FaultyProxy.open(url, () => page);
    const options = { url: always.url, key: test.adminKey, retrySeconds: 0 };
    await expect(createOperator(options).GET('/me')).rejects.toBeInstanceOf(UnexpectedAnswerError);
    const feed = createOperator(options).feed({ follow: false });
    await expect(feed.next()).rejects.toBeInstanceOf(UnexpectedAnswerError);
  });

  it('reads the key for each request, and once more if it was replaced meanwhile', async () => {
    const { apiKey } = await issueKey(test, registered.id);
    const keys = [apiKey, registered.apiKey];
    const coordinator = createCoordinator({ url, key: () => keys[0] ?? '' });
    await unwrap(coordinator.GET('/coordinator/health'));
    const operator = createOperator({ url, key: test.adminKey });
    await unwrap(operator.POST('/keys/revoke', { body: { key: apiKey } }));
    const revoked = await coordinator.GET('/coordinator/jobs');
    expect(revoked.error?.code).toBe('key-revoked');

    let reads = 0;
    const rotated = createCoordinator({ url, key: () => keys[Math.min(reads++, 1)] ?? '' });
    await unwrap(rotated.GET('/coordinator/jobs'));
    expect(reads).toBe(3);
  });

  it.each([
    ['is empty', ' \n'],
    ['is two keys', 'crk_one\ncrk_two'],
  ])('sends nothing if the key %s, and does not show it', async (_, key) => {
    const proxy = await FaultyProxy.open(url, () => undefined);
    const answer = createCoordinator({ url: proxy.url, key }).GET('/coordinator/jobs');
    const error = await answer.catch((it: unknown) => it);
    expect(String(error)).toMatch(/^InvalidKeyError: the key /);
    expect(String(error)).not.toMatch(/crk_/);
    expect(proxy.requests).toEqual([]);
  });

  it.each(['ftp://registry.example', 'http://user:secret@registry.example', 'registry.example'])(
    'refuses the url %s',
    (wrong) => {
      expect(() => createCoordinator({ url: wrong, key: 'crk_' })).toThrow(/\burl\b/i);
    },
  );

  it('gives up a server that accepts connections and never answers, when its caller does', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = silent.address() as AddressInfo;
      const coordinator = createCoordinator({ url: `http://127.0.0.1:${port}`, key: registered.apiKey });
      const signal = AbortSignal.timeout(200);
      await expect(coordinator.GET('/coordinator/jobs', { signal })).rejects.toMatchObject({
        name: 'TimeoutError',
      });
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});
