import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { CommandLine } from '../support/command-line.js';
import {
  call,
  close,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  registerOperator,
  startJob,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

describe('jobs on the command line', () => {
  let test: TestApp;
  let cli: CommandLine;
  let coordinator: TestCoordinator;
  let workspaceId: string;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    cli = await CommandLine.open({
      REGISTRY_URL: await test.app.getUrl(),
      REGISTRY_ACCESS_KEY: (await registerOperator(test)).accessKey,
    });
  });
  afterAll(async () => {
    await cli.close();
    await close(test);
  });

  beforeEach(async () => {
    coordinator = await registerCoordinator(test);
    workspaceId = coordinator.workspaceIds[0] ?? '';
  });

  const report = async (path: string, body: object) =>
    succeed<Job>(
      await call(test, path.endsWith('progress') ? 'patch' : 'post', `/coordinator/jobs/${path}`, {
        key: coordinator.apiKey,
        body,
      }),
    );
  const failed = async (error = 'the build broke') => {
    const { id } = await startJob(test, coordinator);
    return await report(`${id}/fail`, { attempt: 1, error });
  };
  const reasonsOf = async (id: string, action: string) => {
    const { rows } = await test.database.owner.query<{ reason: string | null }>(
      'SELECT reason FROM public.audit_log WHERE resource_id = $1 AND action = $2',
      [id, action],
    );
    return rows.map(({ reason }) => reason);
  };
  const idsOf = async (...args: string[]) =>
    (await cli.text('--json', 'jobs', 'list', ...args))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).id);

  it('are listed by workspace, state, type, coordinator and age', async () => {
    const pending = await createJob(test, coordinator, { type: 'review' });
    const { id: running } = await startJob(test, coordinator);
    await createJob(test, await registerCoordinator(test));
    const inThere = ['--workspace', workspaceId];
    expect(await idsOf(...inThere)).toEqual([running, pending.id]);
    expect(await idsOf(...inThere, '--status', 'PENDING', 'FAILED')).toEqual([pending.id]);
    expect(await idsOf('--type', 'review', '--status', 'PENDING', ...inThere)).toEqual([pending.id]);
    expect(await idsOf('--coordinator', coordinator.name)).toEqual([running]);
    expect(await idsOf(...inThere, '--created-before', pending.createdAt)).toEqual([]);
    expect(await idsOf(...inThere, '--limit', '1')).toEqual([running]);
    expect(await cli.text('jobs', 'list', ...inThere, '--status', 'PENDING')).toMatch(
      new RegExp(`^id +type +status .*\n${pending.id} +review +PENDING +0 +0 +`),
    );
  });

  it('are shown without characters that move the cursor or turn the line', async () => {
    const { id } = await failed('first\u202e\u001b[2Jlast');
    const shown = await cli.text('jobs', 'show', id);
    expect(shown).toMatch(new RegExp(`^id +${id}$`, 'm'));
    expect(shown).toContain('first\\u{202e}\\u{1b}[2Jlast');
    expect(await cli.text('jobs', 'attempts', id)).toMatch(/^1 +FAILED +agent-1 /m);
  });

  it('are cancelled with a reason, which the log keeps, after a confirmation', async () => {
    const jobs = [await createJob(test, coordinator), await startJob(test, coordinator)];
    const ids = jobs.map(({ id }) => id);
    const { code, stderr } = await cli.run(['jobs', 'cancel', ...ids, '--reason', 'a mistake']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: 2 jobs will be cancelled for good. Confirm with --yes.\n',
    });
    expect(await jobRow(test, ids[0] ?? '')).toMatchObject({ status: 'PENDING' });
    await cli.text('--yes', 'jobs', 'cancel', ...ids, '--reason', 'a mistake');
    for (const id of ids) {
      expect(await jobRow(test, id)).toMatchObject({ status: 'CANCELLED' });
      expect(await reasonsOf(id, 'job.cancelled')).toEqual(['a mistake']);
    }
  });

  it('are cancelled also if another one cannot be, which ends the command with 5', async () => {
    const [first, last] = [await createJob(test, coordinator), await createJob(test, coordinator)];
    const { id: failing } = await failed();
    const args = ['jobs', 'cancel', first.id, failing, last.id, '--reason', 'a test', '--yes'];
    const { code, stdout, stderr } = await cli.run([...args, '--json']);
    expect({ code, error: JSON.parse(stderr) }).toMatchObject({
      code: 5,
      error: { code: 'illegal-transition', id: failing },
    });
    expect(stdout.match(/"status":"CANCELLED"/g)).toHaveLength(2);
    // Cancelling a CANCELLED job again is no error.
    expect((await cli.run(args)).stderr).toMatch(new RegExp(`^error: ${failing}: 409 illegal-transition: `));
  });

  it('are not changed at all if one argument is no id', async () => {
    const { id } = await createJob(test, coordinator);
    const { code, stderr } = await cli.run(['jobs', 'cancel', id, 'nonsense', '--reason', 'a test', '--yes']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('nonsense is no id of a job'),
    });
    expect(await jobRow(test, id)).toMatchObject({ status: 'PENDING' });
  });

  it('are all cancelled, also if the reader of the output has closed the pipe', async () => {
    const jobs: string[] = [];
    for (let each = 0; each < 5; each += 1) jobs.push((await createJob(test, coordinator)).id);
    const cancelling = cli.start(['jobs', 'cancel', ...jobs, '--reason', 'a test', '--yes']);
    cancelling.child.stdout?.destroy();
    expect(await cancelling.ended).toMatchObject({ code: 0, stderr: '' });
    for (const id of jobs) expect(await jobRow(test, id)).toMatchObject({ status: 'CANCELLED' });
  });

  it('are cancelled all at once only if they match, and the number is said before', async () => {
    const matching = [await createJob(test, coordinator), await createJob(test, coordinator)];
    const { id: other } = await createJob(test, coordinator, { type: 'review' });
    const all = ['jobs', 'cancel-all', '--workspace', workspaceId, '--type', 'build', '--reason', 'stop'];
    expect((await cli.run(all)).stderr).toBe(
      'error: 2 jobs, 0 RUNNING, will be cancelled for good. Confirm with --yes.\n',
    );
    expect(await cli.json('--yes', ...all)).toEqual({ cancelled: 2 });
    for (const { id } of matching) expect(await jobRow(test, id)).toMatchObject({ status: 'CANCELLED' });
    expect(await jobRow(test, other)).toMatchObject({ status: 'PENDING' });
    expect(await cli.json(...all)).toEqual({ cancelled: 0 });
    expect(await cli.text('--yes', ...all)).toBe('No job matches. Nothing was cancelled.\n');
  });

  it('get another attempt by retry, with a reason that the log keeps', async () => {
    const { id } = await failed();
    expect(await cli.text('jobs', 'retry', id, '--reason', 'the disk was full')).toBe(`${id} is PENDING.\n`);
    expect(await reasonsOf(id, 'job.retried')).toEqual(['the disk was full']);
    await cli.text('--yes', 'jobs', 'cancel', id, '--reason', 'not needed');
    const { code, stderr } = await cli.run(['jobs', 'retry', id, '--reason', 'again', '--json']);
    expect({ code, problem: JSON.parse(stderr) }).toMatchObject({
      code: 5,
      problem: { status: 409, code: 'job-cancelled' },
    });
  });

  it('are followed from their first record to their end, each record once', async () => {
    const { id } = await startJob(test, coordinator);
    const following = cli.start(['jobs', 'follow', id, '--json']);
    const actions = () =>
      following
        .printed()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).action);
    while (actions().length < 2) await sleep(20);
    await report(`${id}/progress`, { attempt: 1, progressPercent: 40, currentStep: 'tests' });
    await report(`${id}/complete`, { attempt: 1 });
    expect(await following.ended).toMatchObject({ code: 0, stderr: '' });
    expect(actions()).toEqual(['job.created', 'job.started', 'job.progressed', 'job.completed']);
    const text = await cli.text('jobs', 'follow', id);
    expect(text.trimEnd().split('\n')).toHaveLength(4);
    expect(text).toContain(
      `${coordinator.name}  job.progressed  ${id}  currentStep=tests progressPercent=40`,
    );
  });

  it('are followed over two attempts that end before the next checkpoint', async () => {
    const { id } = await createJob(test, coordinator);
    const following = cli.start(['jobs', 'follow', id]);
    while (!following.printed().includes('job.created')) await sleep(20);
    for (const attempt of [1, 2]) {
      await report('claim', { agentId: 'agent-1' });
      await report(`${id}/fail`, { attempt, error: 'again', ...(attempt === 1 && { retry: true }) });
    }
    expect((await following.ended).stdout.match(/job\.\w+/g)).toEqual([
      ...['job.created', 'job.started', 'job.failed', 'job.started', 'job.failed'],
    ]);
  });

  it('are followed to FAILED and, started again, over a retry to the next FAILED', async () => {
    const { id } = await failed();
    const actions = (text: string) => text.match(/job\.\w+/g);
    expect(actions(await cli.text('jobs', 'follow', id))).toEqual([
      'job.created',
      'job.started',
      'job.failed',
    ]);
    await cli.text('jobs', 'retry', id, '--reason', 'again');
    const following = cli.start(['jobs', 'follow', id]);
    while (!following.printed().includes('job.retried')) await sleep(20);
    await report('claim', { agentId: 'agent-2' });
    await report(`${id}/fail`, { attempt: 2, error: 'again', final: true });
    expect(actions((await following.ended).stdout)).toEqual([
      ...['job.created', 'job.started', 'job.failed', 'job.retried', 'job.started', 'job.failed'],
    ]);
  });

  it.each([['show'], ['follow'], ['attempts']])('that are unknown end jobs %s with 4', async (command) => {
    const { code } = await cli.run(['jobs', command, '0198c0de-7a3b-7c11-9d2e-5f60718293a4']);
    expect(code).toBe(4);
  });
});
