import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  call,
  createJob,
  listen,
  registerCoordinator,
  registerWorkspace,
  succeed,
  type TestCoordinator,
  writeAsSystem,
} from '../support/registry.js';

/*
 * A claim over several workspaces takes them in turn, so that the backlog of one starves no other.
 */

let test: TestApp;
/** in the order of their ids, as their turns are */
let workspaces: string[];
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  workspaces = [];
  for (let at = 0; at < 3; at += 1) workspaces.push((await registerWorkspace(test)).id);
  coordinator = await registerCoordinator(test, { workspaceIds: workspaces });
});

const place = (workspaceId: string) => 'ABC'.charAt(workspaces.indexOf(workspaceId));

async function create(place: string, of: Record<string, unknown> = {}): Promise<string> {
  const workspaceId = workspaces['ABC'.indexOf(place)];
  return (await createJob(test, coordinator, { workspaceId, ...of })).id;
}

/** Makes the jobs behind the API's back. */
async function backlog(place: string, jobs: number, type = 'build'): Promise<void> {
  await writeAsSystem(
    test,
    `INSERT INTO public.jobs (workspace_id, type, origin, created_by)
     SELECT $1, $2, 'API', $3 FROM ctx, generate_series(1, $4::int) WHERE ctx.ready`,
    [workspaces['ABC'.indexOf(place)], type, coordinator.id, jobs],
  );
}

/** With an `Idempotency-Key`, each claim is made by the full statement. Without, only the first one is while there are jobs. */
let keyed = false;

async function claim(of: object = {}): Promise<{ id: string; workspaceId: string } | null> {
  const answer = await call(test, 'post', '/coordinator/jobs/claim', {
    key: coordinator.apiKey,
    body: { agentId: 'agent-1', ...of },
    headers: keyed ? { 'Idempotency-Key': randomUUID() } : {},
  });
  return answer.status === 204 ? null : succeed(answer);
}

/** Which workspaces so many claims get jobs of, one after the other. `-`: none. */
async function claims(count: number, of: object = {}): Promise<string> {
  let places = '';
  for (let at = 0; at < count; at += 1) {
    const job = await claim(of);
    places += job === null ? '-' : place(job.workspaceId);
  }
  return places;
}

describe.each([
  ['', false],
  [', with an Idempotency-Key', true],
])('a claim over several workspaces%s', (_, withKey) => {
  beforeAll(() => {
    keyed = withKey;
  });
  afterAll(() => {
    keyed = false;
  });

  it('gives out 3 jobs of one workspace within 6 claims, beside a backlog of 500 in another', async () => {
    await backlog('A', 500);
    await backlog('B', 3);
    const places = await claims(6);
    expect([...places].filter((it) => it === 'B')).toHaveLength(3);
    expect(await claims(3)).toBe('AAA');
  });

  it('takes them in turn, and leaves out those without work', async () => {
    for (const at of ['A', 'B', 'C']) await backlog(at, 3);
    // It begins at a random one.
    const places = await claims(10);
    expect('ABCABCABCABC').toContain(places.slice(0, 9));
    expect(places.charAt(9)).toBe('-');
    await backlog('A', 2);
    await backlog('C', 2);
    expect(['ACAC', 'CACA']).toContain(await claims(4));
  });

  it('takes the highest priority, then the oldest, within each workspace only', async () => {
    await create('A', { priority: 90 });
    const [low, old, young] = [
      await create('B', { priority: 1 }),
      await create('B', { priority: 10 }),
      await create('B', { priority: 10 }),
    ];
    await create('A', { priority: 100 });
    const jobs = [];
    for (let job = await claim(); job !== null; job = await claim()) jobs.push(job);
    expect(['ABABB', 'BABAB']).toContain(jobs.map(({ workspaceId }) => place(workspaceId)).join(''));
    const ofB = jobs.filter(({ workspaceId }) => place(workspaceId) === 'B').map(({ id }) => id);
    expect(ofB).toEqual([old, young, low]);
  });

  it('counts the turns of each filter apart, so that claims for one type starve no workspace for another', async () => {
    await backlog('A', 8, 'slow');
    await backlog('A', 4);
    await backlog('B', 4);
    let places = '';
    for (let at = 0; at < 8; at += 1) {
      await claims(1, { types: ['slow'] });
      places += await claims(1, { types: ['build', 'test'] });
    }
    expect(['ABABABAB', 'BABABABA']).toContain(places);
  });

  it('takes the named ones in turn', async () => {
    for (const at of ['A', 'B', 'C']) await backlog(at, 4);
    const [a, , c] = workspaces;
    expect(['ACACAC', 'CACACA']).toContain(await claims(6, { workspaceIds: [c, a] }));
  });
});

describe('concurrent claims over several workspaces', () => {
  it('give out each job once, also those of the small workspaces, before the backlog of another is done', async () => {
    await backlog('A', 300);
    await backlog('B', 3);
    await backlog('C', 3);
    const claimed: { id: string; workspaceId: string }[] = [];
    const claimer = async () => {
      for (let job = await claim(); job !== null; job = await claim()) claimed.push(job);
    };
    await Promise.all(Array.from({ length: 8 }, claimer));
    expect(new Set(claimed.map(({ id }) => id)).size).toBe(306);
    const places = claimed.map(({ workspaceId }) => place(workspaceId)).join('');
    // Each of eight claimers may be under way for A when B or C has its turn.
    expect(Math.max(places.lastIndexOf('B'), places.lastIndexOf('C'))).toBeLessThan(100);
  });
});
