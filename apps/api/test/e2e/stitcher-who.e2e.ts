import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IssuedWebhook } from '../../src/webhooks/webhook.js';
import type { Workspace } from '../../src/workspaces/workspace.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { commentOn, deliverSigned, type ForgeRepository, forgeRepository } from '../support/forge.js';
import { admin, call, createWebhook, listen, registerWorkspace } from '../support/registry.js';
import { makeSite, type Site } from './stitcher-fixture.js';

let test: TestApp;
let site: Site;
let issued: IssuedWebhook;
let repository: ForgeRepository;

beforeAll(async () => {
  test = await startTestApp({ stitcherBotName: 'weaver' });
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  site = await makeSite(test);
  issued = await createWebhook(test, site.coordinator.id);
  repository = forgeRepository(site.repository);
});

const set = (triggers: object) =>
  admin<Workspace>(test, 'patch', `/admin/workspaces/${site.workspaceId}`, { triggers });

let number = 0;

/** 'starts', or why not. */
async function outcome(event: string, body: Record<string, unknown>): Promise<string> {
  number += 1;
  const issue = { ...Object(body.issue), number };
  const answer = await deliverSigned(test, issued, { ...body, issue }, { event });
  return answer.status === 202 ? 'starts' : (answer.body.reason ?? answer.body.code);
}

const says = (association: unknown) => {
  const body = commentOn(repository, { text: '@weaver, please', association });
  return outcome('issue_comment', body);
};
const assigns = (login: string) =>
  outcome('issues', {
    action: 'assigned',
    issue: { state: 'open', author_association: 'NONE' },
    assignee: { login },
    repository,
    sender: { login: 'ada', type: 'User' },
  });
const opens = (association: string, text = '@weaver, please') =>
  outcome('issues', {
    action: 'opened',
    issue: { state: 'open', author_association: association, body: text },
    repository,
    sender: { login: 'ada', type: 'User' },
  });

const STRANGER = 'the author is not a collaborator of the repository';
const NOT_OPEN = 'the text of a new issue starts no work in this workspace';
const NOT_ASSIGNEE = 'issues of this assignee start no work in this workspace';

describe('triggers of a workspace', () => {
  it('have defaults: who auto, any assignee, new issues start nothing', async () => {
    const read = () => admin<Workspace>(test, 'get', `/admin/workspaces/${site.workspaceId}`);
    const unset = { who: 'auto', assignees: null, onOpen: false };
    expect((await read()).triggers).toEqual(unset);
    const all = { who: 'anyone', assignees: ['weaver', 'ada'], onOpen: true };
    expect((await set({ ...all, assignees: ['Weaver', 'ada'] })).triggers).toEqual(all);
    expect((await read()).triggers).toEqual(all);
    const [record] = (
      await recordsWhere(test, "resource_id = $1 AND changes ? 'triggers'", [site.workspaceId])
    ).slice(-1);
    expect(record).toMatchObject({ changes: { triggers: { from: unset, to: all } } });
    expect((await set({ who: null, assignees: null, onOpen: null })).triggers).toEqual(unset);
    const made = await admin<Workspace>(test, 'post', '/admin/workspaces', {
      slug: `who-${Date.now()}`,
      name: 'Who',
      triggers: { who: 'collaborators', assignees: null, onOpen: null },
    });
    expect(made.triggers).toEqual({ ...unset, who: 'collaborators' });
  });

  const stored = async () =>
    (
      await test.database.owner.query(
        'SELECT trigger_who, trigger_assignees, trigger_on_open FROM public.workspaces WHERE id = $1',
        [site.workspaceId],
      )
    ).rows[0];

  it('change alone in a PATCH, and the settings of an answer can be sent back', async () => {
    await set({ who: 'anyone', assignees: ['ada'], onOpen: true });
    await set({});
    await set({ who: 'collaborators' });
    expect(await stored()).toEqual({
      trigger_who: 'collaborators',
      trigger_assignees: ['ada'],
      trigger_on_open: true,
    });
    await set({ onOpen: false });
    const { triggers } = await set({ assignees: null });
    expect(triggers).toEqual({ who: 'collaborators', assignees: null, onOpen: false });
    const before = await stored();
    expect(before).toEqual({ trigger_who: 'collaborators', trigger_assignees: null, trigger_on_open: false });
    expect((await set(triggers)).triggers).toEqual(triggers);
    expect(await stored()).toEqual(before);
  });

  it('accept account names with or without @', async () => {
    await set({ assignees: ['@Ada', 'ada', 'dependabot[bot]', 'émile'] });
    expect((await stored()).trigger_assignees).toEqual(['ada', 'dependabot[bot]', 'émile']);
  });

  it.each([
    null,
    [],
    'auto',
    { who: 'everyone' },
    { assignees: [] },
    { assignees: [''] },
    { assignees: ['@'] },
    { assignees: ['@@ada'] },
    { assignees: ['ada lovelace'] },
    { assignees: [' ada'] },
    { assignees: ['acme/team'] },
    { assignees: [null] },
    { assignees: ['a'.repeat(256)] },
    { what: null },
    { assignees: 'ada' },
    { assignees: Array(101).fill('ada') },
    { onOpen: 'yes' },
    { what: 1 },
  ])('answer 400 for %j', async (triggers) => {
    const answer = await call(test, 'patch', `/admin/workspaces/${site.workspaceId}`, {
      key: test.adminKey,
      body: { triggers },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  it('`auto` ignores comments of non-collaborators, and trusts a comment without author_association', async () => {
    for (const association of ['OWNER', 'MEMBER', 'COLLABORATOR', undefined]) {
      expect(await says(association)).toBe('starts');
    }
    for (const association of ['NONE', 'CONTRIBUTOR', 'FIRST_TIMER', 'MANNEQUIN', null, 7, 'owner']) {
      expect(await says(association)).toBe(STRANGER);
    }
  });

  it('`collaborators` also ignores a comment without author_association', async () => {
    await set({ who: 'collaborators' });
    expect(await says('MEMBER')).toBe('starts');
    expect(await says('NONE')).toBe(STRANGER);
    expect(await says(undefined)).toBe(STRANGER);
    expect(await assigns('anybody')).toBe('starts');
  });

  it('`anyone` ignores only bots', async () => {
    await set({ who: 'anyone' });
    for (const association of ['NONE', undefined, null]) expect(await says(association)).toBe('starts');
    const ofBot = commentOn(repository, { text: '@weaver', type: 'Bot' });
    expect(await outcome('issue_comment', ofBot)).toBe('actions of a bot start no work');
    const own = commentOn(repository, { text: '@weaver', login: 'weaver' });
    expect(await outcome('issue_comment', own)).toBe('actions of @weaver itself start no work');
  });

  it('`assignees` limits the assignees whose issues start work', async () => {
    expect(await assigns('anybody')).toBe('starts');
    await set({ assignees: ['Weaver'] });
    expect(await assigns('weaver')).toBe('starts');
    expect(await assigns('anybody')).toBe(NOT_ASSIGNEE);
    expect(await says('MEMBER')).toBe('starts');
  });

  it('`onOpen` decides whether the text of a new issue starts work', async () => {
    expect(await opens('OWNER')).toBe(NOT_OPEN);
    await set({ onOpen: true });
    expect(await opens('OWNER')).toBe('starts');
    expect(await opens('NONE')).toBe(STRANGER);
    expect(await opens('OWNER', '@mosaic')).toBe('the new issue does not mention @weaver');
  });

  it('do not apply to the body of the bot', async () => {
    await set({ who: 'collaborators', assignees: ['weaver'] });
    const body = { action: 'assigned', repository: site.repository, issueNumber: 1 };
    const answer = await call(test, 'post', '/stitcher/webhook', { key: site.coordinator.apiKey, body });
    expect(answer.status).toBe(202);
  });

  it('are not revealed to a coordinator without the workspace', async () => {
    await set({ onOpen: false });
    const other = await registerWorkspace(test);
    await admin(test, 'patch', `/admin/coordinators/${site.coordinator.id}`, { workspaceIds: [other.id] });
    expect(await opens('OWNER')).toBe('repository-forbidden');
  });
});
