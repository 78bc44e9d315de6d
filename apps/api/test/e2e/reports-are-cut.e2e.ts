import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  call,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  startJob,
  type TestCoordinator,
} from '../support/registry.js';

/*
 * Text that only reports is never refused: a run whose error is too long, or has what Postgres cannot hold, would be left without its end.
 * What is stored is looked at in Postgres.
 */

let test: TestApp;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  coordinator = await registerCoordinator(test);
});

afterAll(() => test?.close());

const LIMITS = { error: 65_536, failedStep: 500, continuationPrompt: 65_536 };
type Report = keyof typeof LIMITS;
const REPORTS: Report[] = ['error', 'failedStep', 'continuationPrompt'];
const COLUMNS = { error: 'error', failedStep: 'failed_step', continuationPrompt: 'continuation_prompt' };

const send = (path: string, body: object | string) =>
  call(test, path.endsWith('progress') ? 'patch' : 'post', `/coordinator/jobs/${path}`, {
    key: coordinator.apiKey,
    body,
  });

async function fail(body: object | string) {
  const { id } = await startJob(test, coordinator);
  const answer = await send(`${id}/fail`, body);
  return { id, answer, row: await jobRow(test, id) };
}

describe.each(REPORTS)('%s of a failed attempt', (member) => {
  const limit = LIMITS[member];
  const given = (text: string) => ({ error: 'x', [member]: text });

  it('is stored whole up to its limit, whatever the length of its JSON', async () => {
    for (const text of [
      'a'.repeat(limit),
      '\n'.repeat(limit),
      '\u0001'.repeat(limit),
      '😀'.repeat(limit),
      '',
    ]) {
      const { answer, row } = await fail(given(text));
      expect([answer.status, answer.body.truncated]).toEqual([200, []]);
      expect(row[COLUMNS[member]] === text).toBe(true);
      expect(answer.body[member] === text).toBe(true);
    }
  });

  it('is cut after the last character that fits, and named in `truncated`', async () => {
    for (const [text, kept] of [
      ['a'.repeat(limit + 1), 'a'.repeat(limit)],
      [`${'a'.repeat(limit - 1)}😀b`, `${'a'.repeat(limit - 1)}😀`],
      [`${'a'.repeat(limit)}😀`, 'a'.repeat(limit)],
      ['é'.repeat(3 * limit), 'é'.repeat(limit)],
    ]) {
      const { answer, row } = await fail(given(text ?? ''));
      expect([answer.status, answer.body.truncated]).toEqual([200, [member]]);
      expect(row[COLUMNS[member]] === kept).toBe(true);
      expect(row.status).toBe('FAILED');
    }
  });

  it.each([
    ['NUL', 'a\\u0000b', 'a\uFFFDb'],
    ['the first half of a surrogate pair', 'a\\ud83d', 'a\uFFFD'],
    ['the second half of a surrogate pair', '\\ude00a', '\uFFFDa'],
    ['surrogate halves in the wrong order', '\\ude00\\ud83d', '\uFFFD\uFFFD'],
    ['NUL beside a whole surrogate pair', '\\u0000\\ud83d\\ude00', '\uFFFD😀'],
  ])('stores U+FFFD for %s', async (_, escaped, kept) => {
    const text = JSON.stringify(given('PLACE')).replace('PLACE', escaped);
    const { answer, row } = await fail(text);
    expect([answer.status, answer.body.truncated]).toEqual([200, [member]]);
    expect(row[COLUMNS[member]]).toBe(kept);
  });
});

describe('a fail with every member at its limit', () => {
  const escaped = (text: string) =>
    JSON.stringify(text).replaceAll(/[^"]/gu, (it) =>
      Array.from(
        { length: it.length },
        (_, at) => `\\u${it.charCodeAt(at).toString(16).padStart(4, '0')}`,
      ).join(''),
    );

  it('ends the run, even if its JSON escapes every character', async () => {
    const text = {
      error: '😀'.repeat(65_536),
      failedStep: '😀'.repeat(500),
      continuationPrompt: '😁'.repeat(65_536),
    };
    const gateResults = 'a'.repeat(262_142);
    const members = Object.entries({ ...text, gateResults }).map(([name, it]) => `"${name}":${escaped(it)}`);
    const body = `{${members.join(',')},"attempt":1}`;
    expect(body.length).toBeGreaterThan(3 * 1_048_576);
    const { answer, row } = await fail(body);
    expect([answer.status, answer.body.truncated, row.status]).toEqual([200, [], 'FAILED']);
    for (const member of REPORTS) expect(row[COLUMNS[member]] === text[member]).toBe(true);
    expect(row.gate_results === gateResults).toBe(true);
  });
});

describe('a report that says nothing', () => {
  it.each(['', ' ', '\n\t'])('ends the run, and is kept as it was given: %j', async (error) => {
    const { id, answer, row } = await fail({ error, failedStep: error, continuationPrompt: error });
    expect([answer.status, answer.body.truncated]).toEqual([200, []]);
    expect(row).toMatchObject({ status: 'FAILED', error, failed_step: error, continuation_prompt: error });
    const { rows } = await test.database.owner.query(
      `SELECT attempt.error, record.changes #> '{error}' AS recorded
       FROM public.job_attempts AS attempt JOIN public.audit_log AS record ON record.resource_id = attempt.job_id
       WHERE attempt.job_id = $1 AND record.action = 'job.failed'`,
      [id],
    );
    expect(rows).toEqual([{ error, recorded: { from: null, to: error } }]);
    const retried = await send(`${id}/retry`, {});
    expect(retried.body.previousAttempt).toMatchObject({
      error,
      failedStep: error,
      continuationPrompt: error,
    });
  });

  it('may be null, unless it is the error', async () => {
    const { answer, row } = await fail({ error: 'x', failedStep: null, continuationPrompt: null });
    expect([answer.status, answer.body.truncated]).toEqual([200, []]);
    expect(row).toMatchObject({ status: 'FAILED', failed_step: null, continuation_prompt: null });
    const { id } = await startJob(test, coordinator);
    await send(`${id}/progress`, { progressPercent: 1, currentStep: 'tests' });
    const { body } = await send(`${id}/progress`, { progressPercent: 2, currentStep: null });
    expect([body.applied, body.truncated, (await jobRow(test, id)).current_step]).toEqual([
      true,
      [],
      'tests',
    ]);
  });
});

describe('a report that was cut', () => {
  it('is recognised as a repeat by its original text', async () => {
    const body = { error: `${'a'.repeat(65_536)}b`, failedStep: 'x\0', gateResults: { a: 1 } };
    const { id, answer, row } = await fail(body);
    const again = await send(`${id}/fail`, body);
    expect([again.status, again.body]).toEqual([200, answer.body]);
    const other = await send(`${id}/fail`, { ...body, error: `${'a'.repeat(65_536)}c` });
    expect([other.status, await jobRow(test, id)]).toEqual([409, row]);
  });

  it('names every cut member in `truncated`, and no other', async () => {
    const { answer } = await fail({ error: 'e\0', failedStep: 'f'.repeat(501), continuationPrompt: 'p' });
    expect(answer.body.truncated).toEqual(['error', 'failedStep']);
  });

  it('is stored cut in the attempt and in the audit record', async () => {
    const { id } = await fail({ error: 'e\0', failedStep: 'f'.repeat(501) });
    const { rows } = await test.database.owner.query(
      `SELECT attempt.error, attempt.failed_step, record.changes #>> '{failedStep,to}' AS recorded
       FROM public.job_attempts AS attempt JOIN public.audit_log AS record ON record.resource_id = attempt.job_id
       WHERE attempt.job_id = $1 AND record.action = 'job.failed'`,
      [id],
    );
    expect(rows).toEqual([{ error: 'e\uFFFD', failed_step: 'f'.repeat(500), recorded: 'f'.repeat(500) }]);
  });
});

describe('currentStep of a progress', () => {
  it('is cut, cleaned, and named in `truncated`', async () => {
    const { id } = await startJob(test, coordinator);
    const progress = (currentStep: string) => send(`${id}/progress`, { progressPercent: 1, currentStep });
    const { body } = await progress(`\0${'a'.repeat(500)}`);
    expect([body.applied, body.truncated]).toEqual([true, ['currentStep']]);
    expect((await jobRow(test, id)).current_step).toBe(`\uFFFD${'a'.repeat(499)}`);
    expect((await progress('tests')).body.truncated).toEqual([]);
  });

  it.each([
    ['100,000 characters', 'é'.repeat(100_000)],
    ['almost 1 MiB of JSON', 'a'.repeat(1_048_000)],
  ])('is cut, not refused, when it is far too long: %s', async (_, currentStep) => {
    const { id } = await startJob(test, coordinator);
    const answer = await send(`${id}/progress`, { progressPercent: 40, currentStep });
    expect([answer.status, answer.body.applied, answer.body.truncated]).toEqual([200, true, ['currentStep']]);
    const row = await jobRow(test, id);
    expect([row.current_step, row.progress_percent]).toEqual([currentStep.slice(0, 500), 40]);
  });
});

describe('POST and PATCH of jobs still refuse', () => {
  it('an error that is no text', async () => {
    for (const error of [7, null, ['x'], { a: 1 }]) {
      const { answer, row } = await fail({ error });
      expect([answer.status, row.status]).toEqual([400, 'RUNNING']);
    }
  });

  it.each([
    ['fail', { error: 'x', gateResults: { a: '\0' } }],
    ['fail', { error: 'x', gateResults: '\0' }],
    ['complete', { result: '\ud83d' }],
    ['complete', { result: { '\0': 1 } }],
    ['complete', { '\0': 1 }],
  ])('NUL and half a surrogate pair in data: %s %j', async (route, body) => {
    const { id } = await startJob(test, coordinator);
    expect((await send(`${id}/${route}`, body)).status).toBe(400);
    expect((await jobRow(test, id)).status).toBe('RUNNING');
  });

  it('data that is too large', async () => {
    const { answer } = await fail({ error: 'x', gateResults: 'a'.repeat(262_144) });
    expect(answer.status).toBe(413);
  });

  it.each(['type', 'repository'])('NUL in %s of a new job', async (member) => {
    const { status } = await call(test, 'post', '/coordinator/jobs', {
      key: coordinator.apiKey,
      body: { workspaceId: coordinator.workspaceIds[0], type: 'build', [member]: 'a\0' },
    });
    expect(status).toBe(400);
  });

  it('NUL in agentId', async () => {
    const { id } = await createJob(test, coordinator);
    const { status } = await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'RUNNING', agentId: 'a\0' },
    });
    expect(status).toBe(400);
  });
});
