import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { lengthenLog, openExport, readOn } from '../support/exports.js';
import { converse } from '../support/raw-http.js';
import {
  admin,
  listen,
  registerOperator,
  registerWorkspace,
  type TestOperator,
} from '../support/registry.js';

/* An operator who loses rights while an export runs must not get a file that looks complete. */

let test: TestApp;
let one: string;
let other: string;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  one = (await registerWorkspace(test)).id;
  other = (await registerWorkspace(test)).id;
  await lengthenLog(test, [one, other]);
});

afterAll(() => test?.close());

const linesOf = (text: string) => text.split('\n').slice(0, -1);

type Change = (operator: TestOperator) => Promise<unknown>;
const limitTo =
  (...workspaceIds: string[]): Change =>
  ({ id }) =>
    admin(test, 'patch', `/admin/operators/${id}`, { workspaceIds });

const CASES: [string, () => string[] | null, string, Change][] = [
  ['an unlimited operator is limited', () => null, '', (it) => limitTo(one)(it)],
  ['the same with a filter', () => null, '?outcome=SUCCESS', (it) => limitTo(one)(it)],
  ['the same as CSV', () => null, '?format=csv', (it) => limitTo(one)(it)],
  ['the same as OCSF', () => null, '?format=ocsf', (it) => limitTo(one)(it)],
  ['a limited operator is limited further', () => [one, other], '', (it) => limitTo(one)(it)],
  ['a limited operator gets other workspaces', () => [one], '', (it) => limitTo(one, other)(it)],
  [
    'a limited operator becomes unlimited',
    () => [one],
    '',
    (it) => admin(test, 'patch', `/admin/operators/${it.id}`, { workspaceIds: null }),
  ],
  ['the workspace of the filter is withdrawn', () => [one, other], 'WORKSPACE', (it) => limitTo(other)(it)],
  ['the operator is deleted', () => null, '', (it) => admin(test, 'delete', `/admin/operators/${it.id}`)],
  [
    "the operator's key is replaced",
    () => [one],
    '',
    (it) => admin(test, 'post', `/admin/operators/${it.id}/rotate`),
  ],
];

describe('GET /audit-log/export while permissions change', () => {
  it.each(CASES)('ends early when %s', async (_, workspaceIds, query, change) => {
    const operator = await registerOperator(test, { workspaceIds: workspaceIds() });
    const asked = query === 'WORKSPACE' ? `?workspaceId=${one}` : query;
    const response = await openExport(test, operator.accessKey, asked);
    expect(response.statusCode).toBe(200);
    await change(operator);
    const { text, complete } = await readOn(response);
    expect(complete).toBe(false);
    // It had begun.
    expect(text.length).toBeGreaterThan(0);
  });

  it('records a refusal when it ends early', async () => {
    const operator = await registerOperator(test, { workspaceIds: null });
    const response = await openExport(test, operator.accessKey);
    await limitTo(one)(operator);
    await readOn(response);
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    const { rows } = await test.database.owner.query(
      `SELECT action, reason, resource_type FROM public.audit_log WHERE actor_id = $1 AND outcome = 'DENIED'`,
      [operator.id],
    );
    expect(rows).toEqual([
      { action: 'access.denied', reason: 'workspace-forbidden', resource_type: 'audit-log' },
    ]);
  });
});

it('GET /audit-log/export over HTTP/1.0 answers 400', async () => {
  const { port } = test.app.getHttpServer().address() as AddressInfo;
  for (const query of ['', '?format=csv', '?format=ocsf', `?workspaceId=${one}`]) {
    const request = `GET /audit-log/export${query} HTTP/1.0\r\nAuthorization: Bearer ${test.adminKey}\r\n\r\n`;
    const [answer] = await converse(port, [Buffer.from(request)]);
    expect([answer?.status, answer?.body]).toEqual([400, expect.stringContaining('needs HTTP/1.1')]);
  }
});

it('GET /audit-log/export completes when the operator is renamed and keeps its workspaces', async () => {
  const operator = await registerOperator(test, { workspaceIds: [one, other] });
  const response = await openExport(test, operator.accessKey);
  // The same workspaces, in another order.
  await limitTo(other, one)(operator);
  await admin(test, 'patch', `/admin/operators/${operator.id}`, { name: 'renamed' });
  const { text, complete } = await readOn(response);
  expect(complete).toBe(true);
  expect(linesOf(text).length).toBeGreaterThanOrEqual(400);
});
