import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/job.js';
import type { FoundItems } from '../../src/overview/found.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  createJob,
  listen,
  randomRepository,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

let test: TestApp;
let repository: string;
let workspaceId: string;
let coordinator: TestCoordinator;
let job: Job;
const requestId = randomUUID();

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  repository = randomRepository();
  workspaceId = (await registerWorkspace(test, { slug: 'gecko', name: 'Gecko', repositories: [repository] }))
    .id;
  coordinator = await registerCoordinator(test, { name: 'Gecko runner', workspaceIds: [workspaceId] });
  job = succeed(
    await call(test, 'post', '/coordinator/jobs', {
      key: coordinator.apiKey,
      body: { workspaceId, type: 'build', repository, issueNumber: 7 },
      headers: { 'X-Request-Id': requestId },
    }),
  );
  await registerOperator(test, { name: 'Gecko keeper' });
});

afterAll(() => test?.close());

const ask = (q: string, key: string) => call(test, 'get', `/find?q=${encodeURIComponent(q)}`, { key });

async function found(q: string, key = test.adminKey): Promise<string[]> {
  return succeed<FoundItems>(await ask(q, key)).items.map(({ kind, title }) => `${kind}: ${title}`);
}

const limitedTo = async (...workspaceIds: string[]) =>
  (await registerOperator(test, { workspaceIds })).accessKey;

describe('GET /find', () => {
  it('finds a job by its id and its issue', async () => {
    const expected = [`job: build ${repository}#7`];
    for (const q of [job.id, `${repository}#7`, `https://git.example/${repository}/issues/7`, repository]) {
      expect(await found(q)).toEqual(expected);
    }
    expect(await found(`${repository}#8`)).toEqual([]);
    const { items } = succeed<FoundItems>(await ask(job.id, test.adminKey));
    expect(items).toEqual([
      { kind: 'job', id: job.id, title: `build ${repository}#7`, subtitle: 'PENDING in Gecko', ended: false },
    ]);
  });

  it('finds a key by its kid, a part of it and its id', async () => {
    const { kid, id } = coordinator.key;
    for (const q of [kid, kid.slice(0, 8), `crk_${kid}_`, id])
      expect(await found(q)).toEqual([`key: ${kid}`]);
    await admin(test, 'delete', `/admin/coordinators/${coordinator.id}/keys/${id}`);
    expect(succeed<FoundItems>(await ask(kid, test.adminKey)).items).toEqual([
      { kind: 'key', id: kid, title: kid, subtitle: 'key of Gecko runner', ended: true },
    ]);
  });

  it('finds names, a request and a record', async () => {
    expect(await found('gecko')).toEqual([
      'coordinator: Gecko runner',
      'workspace: Gecko',
      'operator: Gecko keeper',
    ]);
    expect(await found(workspaceId)).toEqual(['workspace: Gecko']);
    expect(await found(coordinator.id)).toEqual(['coordinator: Gecko runner']);
    expect(await found(requestId)).toEqual([`request: ${requestId}`]);
    const { rows } = await test.database.owner.query<{ id: string }>(
      'SELECT id FROM public.audit_log WHERE request_id = $1',
      [requestId],
    );
    expect(await found(rows[0]?.id ?? '')).toEqual(['record: job.created']);
  });

  it('shows an operator only what is in its reach', async () => {
    const inside = await limitedTo(workspaceId);
    expect(await found('gecko', inside)).toEqual(['coordinator: Gecko runner', 'workspace: Gecko']);
    expect(await found(job.id, inside)).toHaveLength(1);
    expect(await found(coordinator.key.kid, inside)).toEqual([]);
    const outside = await limitedTo((await registerWorkspace(test)).id);
    const texts = ['gecko', job.id, workspaceId, coordinator.id, coordinator.key.id, requestId, repository];
    for (const q of [...texts, `${repository}#7`, coordinator.key.kid])
      expect(await found(q, outside)).toEqual([]);
  });

  it('refuses a whole key, and does not repeat it', async () => {
    for (const q of [coordinator.apiKey, `it is ${test.adminKey}.`]) {
      const { status, body, text } = await ask(q, test.adminKey);
      expect([status, body.code]).toEqual([400, 'invalid-request']);
      expect(text).not.toContain(coordinator.apiKey.slice(21));
      expect(text).not.toContain(test.adminKey.slice(21));
    }
  });

  it.each(['', '?q=', `?q=${'a'.repeat(501)}`, '?q=a&q=b', '?q=a&more=1'])('refuses %j', async (query) => {
    const { status, body } = await call(test, 'get', `/find${query}`, { key: test.adminKey });
    expect([status, body.code]).toEqual([400, 'invalid-request']);
  });

  it('finds at most 20 things', async () => {
    for (let at = 0; at < 22; at++)
      await createJob(test, await registerCoordinator(test, { name: `Newt ${at}` }));
    expect(await found('newt')).toHaveLength(20);
  });
});
