import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  call,
  createJob,
  listen,
  randomRepository,
  registerCoordinator,
  registerWorkspace,
  startJob,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

/*
 * Numbers in metadata, result, gateResults and context keep each of their digits: in storage, in answers, in what a repeat is recognised by,
 * and in the audit log. The tests look at the text of what is stored and answered, for JavaScript would read it as a double again.
 */

const BIG = '1546130668394913822';
/** To a double the same number. */
const ITS_TWIN = '1546130668394913823';
const DECIMAL = '0.1000000000000000055511151231257827021181583404541015625';
const NUMBERS = `{"big": ${BIG}, "twin": [${ITS_TWIN}], "decimal": ${DECIMAL}, "price": 0.10, "whole": 1.0}`;

let test: TestApp;
let coordinator: TestCoordinator;
let repository: string;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  repository = randomRepository();
  const { id } = await registerWorkspace(test, { repositories: [repository] });
  coordinator = await registerCoordinator(test, { workspaceIds: [id] });
});

afterAll(() => test?.close());

const send = (method: 'post' | 'patch' | 'get', path: string, body?: string, headers = {}) =>
  call(test, method, path, { key: coordinator.apiKey, headers, ...(body !== undefined && { body }) });

const creation = (metadata: string) =>
  `{"workspaceId":"${coordinator.workspaceIds[0]}","type":"build","metadata":${metadata}}`;

async function stored(column: string, id: string): Promise<string> {
  const { rows } = await test.database.owner.query<{ text: string }>(
    `SELECT ${column}::text AS text FROM public.jobs WHERE id = $1`,
    [id],
  );
  return rows[0]?.text ?? '';
}

/** Numbers of a JSON text, by their digits, in order. */
const numbersIn = (text: string) => text.match(/(?<=[:[,]\s*)-?\d[\d.eE+-]*(?=\s*[,\]}])/g) ?? [];
const EXPECTED = numbersIn(NUMBERS).toSorted();

/** The numbers of a member of the answer, of which the text is looked at. */
function answered(text: string, member: string): string[] {
  const start = text.indexOf(`"${member}":`) + member.length + 3;
  const end = text.indexOf('}', start) + 1;
  return numbersIn(text.slice(start, end)).toSorted();
}

describe('numbers beyond double precision', () => {
  it('keep their digits in metadata, in the database and in every response', async () => {
    const created = await send('post', '/coordinator/jobs', creation(NUMBERS));
    const { id } = succeed<{ id: string }>(created);
    expect(numbersIn(await stored('metadata', id)).toSorted()).toEqual(EXPECTED);
    const answers = [
      created,
      await send('get', `/coordinator/jobs/${id}`),
      await send('get', '/coordinator/jobs?limit=1'),
      await call(test, 'get', `/jobs/${id}`, { key: test.adminKey }),
      await send('patch', `/coordinator/jobs/${id}/status`, '{"status":"RUNNING"}'),
      await send('patch', `/coordinator/jobs/${id}/progress`, '{"progressPercent":5.0}'),
    ];
    for (const { text } of answers) expect(answered(text, 'metadata')).toEqual(EXPECTED);
  });

  it('keep their digits in the context of a dispatch', async () => {
    const { id } = succeed<{ id: string }>(
      await send(
        'post',
        '/stitcher/dispatch',
        `{"workspaceId":"${coordinator.workspaceIds[0]}","type":"build","repository":"${repository}","issueNumber":7,"context":${NUMBERS}}`,
      ),
    );
    expect(numbersIn(await stored('metadata', id)).toSorted()).toEqual(EXPECTED);
  });

  it('keep their digits in the metadata of a webhook, and in each further trigger', async () => {
    const deliver = (metadata: string) =>
      send(
        'post',
        '/stitcher/webhook',
        `{"action":"assigned","repository":"${repository}","issueNumber":"8","metadata":${metadata}}`,
      );
    const { jobId } = succeed<{ jobId: string }>(await deliver(NUMBERS));
    expect(numbersIn(await stored('metadata', jobId))).toEqual(expect.arrayContaining(EXPECTED));
    succeed(await deliver(`{"further":${ITS_TWIN}}`));
    expect(await stored('triggers', jobId)).toContain(`"further": ${ITS_TWIN}`);
  });

  it.each([
    ['complete', 'result', 'result', ''],
    ['fail', 'gateResults', 'gate_results', '"error":"x",'],
  ])('keep their digits in the report of %s, also in the attempts', async (route, member, column, rest) => {
    const { id } = await startJob(test, coordinator);
    const { text } = await send(
      'post',
      `/coordinator/jobs/${id}/${route}`,
      `{${rest}"${member}":${NUMBERS}}`,
    );
    expect(answered(text, member)).toEqual(EXPECTED);
    expect(numbersIn(await stored(column, id)).toSorted()).toEqual(EXPECTED);
    const history = await send('get', `/coordinator/jobs/${id}/attempts`);
    expect(answered(history.text, member)).toEqual(EXPECTED);
  });

  it('can be the whole result', async () => {
    const { id } = await startJob(test, coordinator);
    const { text } = await send('post', `/coordinator/jobs/${id}/complete`, `{"result":${BIG}}`);
    expect(text).toContain(`"result":${BIG},`);
    expect(await stored('result', id)).toBe(BIG);
  });

  it('keep their digits in the audit record', async () => {
    const { id } = succeed<{ id: string }>(await send('post', '/coordinator/jobs', creation(NUMBERS)));
    const { rows } = await test.database.owner.query<{ text: string }>(
      `SELECT (changes #> '{metadata,to}')::text AS text FROM public.audit_log WHERE resource_id = $1`,
      [id],
    );
    expect(numbersIn(rows[0]?.text ?? '').toSorted()).toEqual(EXPECTED);
    const { text } = await call(test, 'get', `/audit-log?resourceId=${id}`, { key: test.adminKey });
    for (const number of EXPECTED) expect(text).toContain(number);
  });
});

describe('two numbers with the same double value', () => {
  it('are different bodies to Idempotency-Key; two spellings of one number are the same', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    succeed(await send('post', '/coordinator/jobs', creation(`{"n":${BIG},"f":1.0}`), headers));
    const same = await send('post', '/coordinator/jobs', creation(`{"f":1,"n":${BIG}.0}`), headers);
    expect([same.status, same.headers['idempotency-replayed']]).toEqual([200, 'true']);
    const other = await send('post', '/coordinator/jobs', creation(`{"n":${ITS_TWIN},"f":1.0}`), headers);
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });

  it.each([
    ['complete', '"result"', ''],
    ['fail', '"gateResults"', '"error":"x",'],
  ])('are different bodies to a repeated %s', async (route, member, rest) => {
    const { id } = await startJob(test, coordinator);
    const end = (number: string) =>
      send('post', `/coordinator/jobs/${id}/${route}`, `{${rest}${member}:[${number}]}`);
    const statuses = [];
    for (const number of [BIG, BIG, ITS_TWIN]) statuses.push((await end(number)).status);
    expect(statuses).toEqual([200, 200, 409]);
    expect(await stored(route === 'fail' ? 'gate_results' : 'result', id)).toBe(`[${BIG}]`);
  });
});

describe('a JSON number', () => {
  it.each([
    ['1e400', `1${'0'.repeat(400)}`],
    ['1E5', '100000'],
    ['-0', '0'],
    ['-0.0', '0.0'],
    ['0.10', '0.10'],
    ['5e-324', `0.${'0'.repeat(323)}5`],
    ['1.50e1', '15.0'],
    ['{"a":1.0,"a":2.0}', '{"a": 2.0}'],
  ])('%s is stored as jsonb stores it', async (given, kept) => {
    const { id } = await startJob(test, coordinator);
    succeed(await send('post', `/coordinator/jobs/${id}/complete`, `{"result":${given}}`));
    expect(await stored('result', id)).toBe(kept);
    const { text } = await send('get', `/coordinator/jobs/${id}`);
    expect(text).toContain(`"result":${kept.replaceAll(' ', '')},`);
  });

  it.each(['1e131072', '1e-16384', `[${Array(40).fill('1e9999').join(',')}]`])(
    'out of the range of PostgreSQL, or with too many digits, gets 400: %s',
    async (number) => {
      const answer = await send('post', '/coordinator/jobs', creation(`{"n":${number}}`));
      expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' });
      expect(answer.body.detail).toContain('number that is out of range');
    },
  );

  it.each(['1.0', '100000000000000000000', '1e2', '[1.0]'])(
    'is refused as metadata: %s',
    async (metadata) => {
      expect((await send('post', '/coordinator/jobs', creation(metadata))).status).toBe(400);
    },
  );

  it('is refused as a body', async () => {
    const { id } = await createJob(test, coordinator);
    expect((await send('post', `/coordinator/jobs/${id}/complete`, '1.0')).body.detail).toContain(
      'must be a JSON object',
    );
  });

  it('is accepted in any notation for progressPercent, tokensUsed and attempt', async () => {
    const { id } = await startJob(test, coordinator);
    const progress = (body: string) => send('patch', `/coordinator/jobs/${id}/progress`, body);
    const { body } = await progress('{"progressPercent":4.00e1,"tokensUsed":1200.0,"attempt":1.0}');
    expect(body).toMatchObject({ progressPercent: 40, tokensUsed: 1_200 });
    for (const wrong of [
      '{"progressPercent":1e400}',
      '{"progressPercent":1,"tokensUsed":9007199254740993}',
    ]) {
      expect((await progress(wrong)).status).toBe(400);
    }
  });

  it.each([
    ['progressPercent', '33.333333333333333333'],
    ['progressPercent', '100.00000000000000000001'],
    ['attempt', '1.00000000000000000001'],
  ])('is refused where a double would change it, in a progress: %s %s', async (member, number) => {
    const { id } = await startJob(test, coordinator);
    const body = `{"progressPercent":1,"${member}":${number}}`;
    expect((await send('patch', `/coordinator/jobs/${id}/progress`, body)).body.errors).toMatchObject([
      { member },
    ]);
    expect(await stored('progress_percent', id)).toBe('0');
  });

  it.each([BIG, '0.12345678901234567890', '1e-400'])(
    'is refused where a double would change it, as durationSeconds: %s',
    async (number) => {
      const { id } = await startJob(test, coordinator);
      const answer = await send('post', `/coordinator/jobs/${id}/complete`, `{"durationSeconds":${number}}`);
      expect(answer.body.errors).toMatchObject([{ member: 'durationSeconds' }]);
      expect(await stored('status', id)).toBe('RUNNING');
    },
  );

  it.each(['42.0', '4.2e1'])('is accepted in any notation as issueNumber: %s', async (number) => {
    const body = `{"action":"assigned","repository":"${repository}","issueNumber":${number}}`;
    const { jobId } = (await send('post', '/stitcher/webhook', body)).body;
    expect(await stored('issue_number', jobId)).toBe('42');
  });
});
