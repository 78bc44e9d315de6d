import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { DOCUMENT } from '../support/contract.js';
import { call, listen, registerCoordinator, registerWorkspace, succeed } from '../support/registry.js';

/*
 * The same Idempotency-Key with another body is 422, whichever member differs. The members are those that the API documents.
 */

let test: TestApp;
let key: string;
let values: Record<string, readonly [first: unknown, second: unknown]>;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  const repositories = [`acme/${randomUUID()}`, `acme/${randomUUID()}`] as const;
  const home = await registerWorkspace(test, { repositories: [...repositories] });
  const other = await registerWorkspace(test);
  key = (await registerCoordinator(test, { workspaceIds: [home.id, other.id] })).apiKey;
  values = {
    workspaceId: [home.id, other.id],
    type: ['build', 'deploy'],
    repository: repositories,
    issueNumber: [1, 2],
    priority: [10, 20],
    metadata: [{ a: { b: 1 } }, { a: { b: 2 } }],
    maxAttempts: [2, 4],
    notBefore: ['2020-01-31T12:00:00Z', '2021-01-31T12:00:00Z'],
    retry: [{ delaySeconds: 1 }, { delaySeconds: 2 }],
    context: [{ a: 1 }, { a: 2 }],
    workspaceIds: [[home.id], [other.id]],
    types: [['build'], ['deploy']],
    agentId: ['agent-1', 'agent-2'],
    agentType: ['x', 'y'],
    leaseSeconds: [60, 90],
  };
});

afterAll(() => test?.close());

describe.each(['/coordinator/jobs', '/coordinator/jobs/claim', '/stitcher/dispatch'])('POST %s', (path) => {
  // waitSeconds only says when to answer, so a repeat may have another one.
  const members = Object.keys(DOCUMENT.components.schemas[bodyOf(path)]?.properties ?? {}).filter(
    (it) => it !== 'waitSeconds',
  );

  it('documents its members', () => {
    expect(members.length).toBeGreaterThan(3);
  });

  // A repository has one workspace, so one with another workspace is refused before its Idempotency-Key is looked at.
  const compared = members.filter((it) => !(it === 'workspaceId' && members.includes('repository')));
  it.each(compared)('%s is part of the comparison for the same Idempotency-Key', async (member) => {
    const send = (body: Record<string, unknown>, idempotencyKey: string) =>
      call(test, 'post', path, { key, body, headers: { 'Idempotency-Key': idempotencyKey } });
    const first = Object.fromEntries(members.map((name) => [name, values[name]?.[0]]));
    // Of the stitcher one job for each issue: another member may not be what makes the difference.
    const body = { ...first, ...('issueNumber' in first && { issueNumber: nextIssue() }) };
    const idempotencyKey = randomUUID();
    const answers = [await send(body, idempotencyKey), await send(body, idempotencyKey)];
    for (const answer of answers) succeed(answer);
    const changed = { ...body, [member]: member === 'issueNumber' ? nextIssue() : values[member]?.[1] };
    expect((await send(changed, idempotencyKey)).body).toMatchObject({
      status: 422,
      code: 'idempotency-key-reused',
    });
  });
});

it('POST /coordinator/jobs compares workspaceId too, when there is no repository', async () => {
  const headers = { 'Idempotency-Key': randomUUID() };
  const [home, other] = values.workspaceId ?? [];
  const send = (workspaceId: unknown) =>
    call(test, 'post', '/coordinator/jobs', { key, body: { workspaceId, type: 'build' }, headers });
  succeed(await send(home));
  expect((await send(other)).body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
});

let issue = 0;
function nextIssue(): number {
  issue += 1;
  return issue;
}

function bodyOf(path: string): string {
  const schema = DOCUMENT.paths[path]?.post?.requestBody?.content['application/json']?.schema;
  return schema?.$ref?.split('/').at(-1) ?? '';
}
