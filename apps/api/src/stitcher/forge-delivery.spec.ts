import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { readBotDelivery } from './bot-delivery.js';
import { mayStartWork, readForgeDelivery } from './forge-delivery.js';

type Body = Record<string, unknown>;

interface Recorded {
  name: string;
  examples: Body[];
}

const recorded: Recorded[] = createRequire(import.meta.url)('@octokit/webhooks-examples');

function examplesOf(event: string): Body[] {
  const found = recorded.find(({ name }) => name === event)?.examples ?? [];
  if (found.length === 0) throw new Error(`no recorded ${event} events`);
  return found;
}

const read = (event: string, body: Body) => readForgeDelivery(event, body, 'mosaic');

const ada = { login: 'ada', type: 'User' };
const repository = { id: 7, full_name: 'Acme/Site', html_url: 'https://Git.Example.com:8443/acme/site' };
const issue = {
  number: 5,
  state: 'open',
  locked: false,
  user: ada,
  author_association: 'NONE',
  body: '@mosaic!',
};
const comment = { body: '@mosaic, go', user: ada, author_association: 'MEMBER' };
const commented: Body = { action: 'created', issue, comment, repository, sender: ada };
const assigned: Body = { action: 'assigned', issue, assignee: { login: 'Mosaic' }, repository, sender: ada };
const opened: Body = { action: 'opened', issue, repository, sender: ada };

describe('readForgeDelivery', () => {
  it('accepts every recorded assignment of an open issue, and no other issues event', () => {
    let taken = 0;
    for (const body of examplesOf('issues')) {
      const delivery = read('issues', body);
      if ('delivery' in delivery) taken += 1;
      expect('delivery' in delivery).toBe(body.action === 'assigned');
    }
    expect(taken).toBeGreaterThan(0);
  });

  it('accepts a recorded comment if it mentions the bot', () => {
    const created = examplesOf('issue_comment').filter(({ action }) => action === 'created');
    expect(created.length).toBeGreaterThan(0);
    for (const body of created) {
      expect(read('issue_comment', body)).toEqual({ ignored: 'the comment does not mention @mosaic' });
      const mentioning = { ...body, comment: { ...Object(body.comment), body: 'please, @mosaic: look' } };
      expect(read('issue_comment', mentioning)).toMatchObject({
        delivery: { trigger: { action: 'mentioned', comment: 'please, @mosaic: look' } },
      });
    }
  });

  it('accepts only the events issues and issue_comment', () => {
    const names = recorded.map(({ name }) => name).filter(mayStartWork);
    expect(names.sort()).toEqual(['issue_comment', 'issues']);
  });

  it('returns the trigger, its author, and the association of the author', () => {
    expect(read('issue_comment', commented)).toEqual({
      delivery: {
        type: 'issue',
        repository: 'acme/site',
        issueNumber: 5,
        trigger: {
          action: 'mentioned',
          comment: '@mosaic, go',
          sender: 'ada',
          metadata: null,
          truncated: [],
        },
        forge: { host: 'git.example.com:8443', id: 7 },
        trusted: false,
        association: 'MEMBER',
        assignees: null,
        opened: false,
      },
    });
    expect(read('issues', assigned)).toMatchObject({
      delivery: { trigger: { action: 'assigned', comment: null }, association: null, assignees: ['mosaic'] },
    });
    expect(read('issues', opened)).toMatchObject({
      delivery: { trigger: { comment: '@mosaic!' }, association: 'NONE', opened: true },
    });
  });

  it.each<[string, string, Body]>([
    [
      'actions of @mosaic itself start no work',
      'issue_comment',
      { ...commented, sender: { login: 'Mosaic' } },
    ],
    [
      'actions of @mosaic itself start no work',
      'issue_comment',
      { ...commented, comment: { ...comment, user: { login: 'mosaic[bot]' } } },
    ],
    ['actions of a bot start no work', 'issue_comment', { ...commented, sender: { ...ada, type: 'Bot' } }],
    [
      'actions of a bot start no work',
      'issue_comment',
      { ...commented, comment: { ...comment, user: { ...ada, type: 'Bot' } } },
    ],
    ['actions of a bot start no work', 'issues', { ...assigned, sender: { ...ada, type: 'Bot' } }],
    ['actions of a bot start no work', 'issues', { ...assigned, sender: { ...ada, type: 'bot' } }],
    ['actions of a bot start no work', 'issues', { ...assigned, sender: { login: 'renovate[bot]' } }],
    ['actions of a bot start no work', 'issues', { ...opened, issue: { ...issue, user: { type: 'Bot' } } }],
    ['the issue is closed', 'issue_comment', { ...commented, issue: { ...issue, state: 'closed' } }],
    ['the issue is closed', 'issues', { ...assigned, issue: { ...issue, state: 'closed' } }],
    ['the issue is locked', 'issue_comment', { ...commented, issue: { ...issue, locked: true } }],
    ['the issue is locked', 'issues', { ...assigned, issue: { ...issue, is_locked: true } }],
    // A state that cannot be read is not open.
    ...[null, 'CLOSED', 'OPEN', 1, ['open']].map((state): [string, string, Body] => [
      'the issue is closed',
      'issues',
      { ...assigned, issue: { ...issue, state } },
    ]),
    ...[null, 'false', 0, 'true'].flatMap((locked): [string, string, Body][] => [
      ['the issue is locked', 'issue_comment', { ...commented, issue: { ...issue, locked } }],
      ['the issue is locked', 'issue_comment', { ...commented, issue: { ...issue, is_locked: locked } }],
    ]),
    ['the new issue does not mention @mosaic', 'issues', { ...opened, issue: { ...issue, body: null } }],
    [
      'the comment does not mention @mosaic',
      'issue_comment',
      { ...commented, comment: { body: ['@mosaic'] } },
    ],
    ['the comment does not mention @mosaic', 'issue_comment', { ...commented, comment: null }],
    ['issue_comment edited starts no work', 'issue_comment', { ...commented, action: 'edited' }],
    ['issues label_updated starts no work', 'issues', { action: 'label_updated' }],
    ['issues without a known action starts no work', 'issues', {}],
    ['issues without a known action starts no work', 'issues', { action: ['closed'] }],
    ['issues without a known action starts no work', 'issues', { action: '!closed' }],
    ['issues without a known action starts no work', 'issues', { action: 'c'.repeat(41) }],
  ])('ignores because %s: %s', (ignored, event, body) => {
    expect(read(event, body)).toEqual({ ignored });
  });

  it.each([
    [undefined, null],
    ['OWNER', 'OWNER'],
    [null, 'UNREADABLE'],
    [['OWNER'], 'UNREADABLE'],
    ['owner', 'UNREADABLE'],
    ['', 'UNREADABLE'],
  ])('reads author_association %j as %j', (author_association, association) => {
    const body = { ...commented, comment: { ...comment, author_association } };
    expect(read('issue_comment', body)).toMatchObject({ delivery: { association } });
  });

  it.each<[Body, unknown]>([
    [repository, { host: 'git.example.com:8443', id: 7 }],
    [{ ...repository, id: '7' }, null],
    [{ ...repository, id: 0 }, null],
    [{ ...repository, id: 2 ** 53 }, null],
    [{ ...repository, html_url: 'git.example.com/a/b' }, null],
    [{ ...repository, html_url: 'javascript:alert(1)' }, null],
    [{ ...repository, html_url: null }, null],
  ])('reads the repository %j as %j', (given, forge) => {
    expect(read('issues', { ...assigned, repository: given })).toMatchObject({ delivery: { forge } });
  });

  it('uses all assignees when the forge does not name the new one', () => {
    const { assignee: _, ...gitea } = assigned;
    const all = {
      ...issue,
      assignee: { login: 'bob' },
      assignees: [{ login: 'Bob' }, { login: 'mosaic' }, null, {}],
    };
    expect(read('issues', { ...gitea, issue: all })).toMatchObject({
      delivery: { assignees: ['bob', 'mosaic'] },
    });
  });

  it.each(['mosaic', ['mosaic'], {}, { login: 7 }])('reads no assignee from %j', (assignee) => {
    const all = { ...issue, assignee: { login: 'mosaic' }, assignees: [{ login: 'mosaic' }] };
    expect(read('issues', { ...assigned, assignee, issue: all })).toMatchObject({
      delivery: { assignees: [] },
    });
  });

  it.each<[string, Body]>([
    ['issues', { action: 'assigned' }],
    ['issues', { ...assigned, repository: { full_name: '../..' } }],
    ['issues', { ...assigned, issue: { ...issue, number: '1' } }],
    ['issue_comment', { ...commented, issue: { ...issue, number: 2 ** 31 } }],
  ])('refuses a trigger without a valid repository and issue: %s %j', (event, body) => {
    expect(() => read(event, body)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});

describe('readBotDelivery', () => {
  it.each(['assigned', 'mentioned', 'commented'])('accepts the action %s of the bot', (action) => {
    for (const issueNumber of [2_147_483_647, '2147483647']) {
      expect(readBotDelivery({ action, repository: 'Acme/Site', issueNumber })).toMatchObject({
        repository: 'acme/site',
        issueNumber: 2_147_483_647,
        trigger: { action, comment: null, sender: null, metadata: null },
        trusted: true,
      });
    }
  });

  it.each<Body>([
    {},
    { action: 'closed', repository: 'a/b', issueNumber: 1 },
    { action: 'assigned', repository: 'a', issueNumber: 1 },
    { action: 'assigned', repository: 'a/b', issueNumber: 2_147_483_648 },
    { action: 'assigned', repository: 'a/b', issueNumber: '2147483648' },
    { action: 'assigned', repository: 'a/b', issueNumber: '0' },
    { action: 'assigned', repository: 'a/b', issueNumber: '1e3' },
    { action: 'assigned', repository: 'a/b', issueNumber: 1.5 },
    { action: 'assigned', repository: 'a/b', issueNumber: 1, workspaceId: 'w' },
    { action: 'mentioned', repository: 'a/b', issueNumber: 1, comment: 3 },
    { action: 'mentioned', repository: 'a/b', issueNumber: 1, metadata: 'x' },
    { action: 'mentioned', repository: 'a/b', issueNumber: 1, metadata: { text: '\0' } },
    { action: 'mentioned', repository: 'a/b', issueNumber: 1, metadata: JSON.parse('{"__proto__":1}') },
  ])('refuses %j', (body) => {
    expect(() => readBotDelivery(body)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});
