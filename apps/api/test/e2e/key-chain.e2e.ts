import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault, recordsWhere } from '../support/audited.js';
import { sessionsWaiting } from '../support/database.js';
import { holdRow, releaseRows } from '../support/held-row.js';
import { call, issueKey, listen, registerCoordinator } from '../support/registry.js';
import { keyRequests } from './coordinator-keys-fixture.js';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterEach(() => releaseRows());

afterAll(() => test?.close());

const { keysOf, keyOf, listJobs, revoke, rotate, rotated } = keyRequests(() => test);
const revokeChain = (id: string, keyId: string, chain = 'true') =>
  audited(test, 'delete', `/admin/coordinators/${id}/keys/${keyId}?chain=${chain}`);

/** Three keys, each rotated from the one before; the second one had a successor before, which was revoked. */
async function makeChain() {
  const { id, ...first } = await registerCoordinator(test);
  const second = await rotated(id, first.key.id);
  const lost = await rotated(id, second.key.id);
  await revoke(id, lost.key.id);
  const third = await rotated(id, second.key.id);
  return { id, keys: [first, second, third], lost };
}

describe('DELETE /admin/coordinators/:id/keys/:keyId?chain=true', () => {
  it.each([
    ['first', 0],
    ['middle', 1],
    ['last', 2],
  ])('revokes all keys of the chain of the %s, with one record each, and no other key', async (_, at) => {
    const { id, keys, lost } = await makeChain();
    const further = await issueKey(test, id);
    const other = await registerCoordinator(test);
    const lostBefore = await keyOf(id, lost.key.id);

    const { answer, records } = await revokeChain(id, keys[at]?.key.id ?? '');
    expect(answer.status).toBe(204);
    for (const { apiKey } of keys) expect((await listJobs(apiKey)).body.code).toBe('key-revoked');
    for (const { apiKey } of [further, other]) expect((await listJobs(apiKey)).status).toBe(200);
    expect(records.map(({ action }) => action)).toEqual(keys.map(() => 'coordinator-key.revoked'));
    expect(records.map(({ resourceId }) => resourceId).sort()).toEqual(keys.map(({ key }) => key.id).sort());
    expect(await keyOf(id, lost.key.id)).toEqual(lostBefore);

    const again = await revokeChain(id, keys[at]?.key.id ?? '');
    expect([again.answer.status, again.records]).toEqual([204, []]);
  });

  it('can be read from the log: each key names its predecessor', async () => {
    const { keys } = await makeChain();
    const predecessors = await Promise.all(
      keys.map(async ({ key }) => {
        const issued = "resource_id = $1 AND action = 'coordinator-key.issued'";
        return (await recordsWhere(test, issued, [key.id]))[0]?.changes?.predecessorId?.to;
      }),
    );
    expect(predecessors).toEqual([undefined, keys[0]?.key.id, keys[1]?.key.id]);
  });

  /** Both wait for the row of the coordinator, in this order. */
  it.each([
    ['before', 201],
    ['after', 409],
  ])('leaves no live key when a key of the chain is rotated %s it', async (order, status) => {
    const { id, keys } = await makeChain();
    const [first, last] = [keys[0]?.key.id ?? '', keys[2]?.key.id ?? ''];
    const rotating = () => rotate(id, last).then((it) => it.status);
    const revoking = () => revokeChain(id, first).then(({ answer }) => answer.status);
    await holdRow(test, 'coordinators', id);
    const one = order === 'before' ? rotating() : revoking();
    await sessionsWaiting(test.database.owner, 1);
    const other = order === 'before' ? revoking() : rotating();
    await sessionsWaiting(test.database.owner, 2);
    await releaseRows();
    const [rotated, revoked] = order === 'before' ? [one, other] : [other, one];
    expect([await rotated, await revoked]).toEqual([status, 204]);
    expect((await keysOf(id)).filter(({ state }) => state === 'ACTIVE')).toEqual([]);
  });

  it('revokes only the one key with chain=false', async () => {
    const { id, keys } = await makeChain();
    const { records } = await revokeChain(id, keys[1]?.key.id ?? '', 'false');
    expect(records).toHaveLength(1);
    for (const it of [keys[0], keys[2]]) expect((await listJobs(it?.apiKey ?? '')).status).toBe(200);
  });

  it('answers 400 for another value, and 404 for a key of another coordinator', async () => {
    const { id, keys } = await makeChain();
    const { answer } = await revokeChain(id, keys[0]?.key.id ?? '', 'yes');
    expect([answer.status, membersAtFault(answer)]).toEqual([400, ['chain']]);
    const other = await registerCoordinator(test);
    const foreign = `/admin/coordinators/${other.id}/keys/${keys[0]?.key.id}?chain=true`;
    expect((await call(test, 'delete', foreign, { key: test.adminKey })).status).toBe(404);
    for (const { apiKey } of keys) expect((await listJobs(apiKey)).status).toBe(200);
  });
});
