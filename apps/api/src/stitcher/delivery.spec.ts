import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { readDelivery } from './delivery.js';

interface Recorded {
  name: string;
  examples: Record<string, unknown>[];
}

const recorded: Recorded[] = createRequire(import.meta.url)('@octokit/webhooks-examples');

function examplesOf(event: string): Record<string, unknown>[] {
  const found = recorded.find(({ name }) => name === event)?.examples ?? [];
  if (found.length === 0) throw new Error(`no recorded ${event} events`);
  return found;
}

describe('readDelivery', () => {
  it('takes every recorded assignment of an issue, and no other issues event', () => {
    for (const body of examplesOf('issues')) {
      const delivery = readDelivery('issues', body);
      if (body.action === 'assigned') {
        expect(delivery).toMatchObject({ trigger: { action: 'assigned', issueNumber: expect.any(Number) } });
      } else {
        expect(delivery).toEqual({ ignored: `issues ${String(body.action)} starts no work` });
      }
    }
    expect(examplesOf('issues').some(({ action }) => action === 'assigned')).toBe(true);
  });

  it('takes a recorded comment once it mentions @mosaic', () => {
    const created = examplesOf('issue_comment').filter(({ action }) => action === 'created');
    expect(created.length).toBeGreaterThan(0);
    for (const body of created) {
      expect(readDelivery('issue_comment', body)).toEqual({
        ignored: 'the comment does not mention @mosaic',
      });
      const mentioning = { ...body, comment: { ...Object(body.comment), body: 'please, @mosaic: look' } };
      expect(readDelivery('issue_comment', mentioning)).toMatchObject({
        trigger: { action: 'mentioned', comment: 'please, @mosaic: look' },
      });
    }
  });

  it('ignores every other recorded event', () => {
    const others = recorded.filter(({ name }) => name !== 'issues' && name !== 'issue_comment');
    expect(others.length).toBeGreaterThan(10);
    for (const { name, examples } of others) {
      for (const body of examples)
        expect(readDelivery(name, body)).toEqual({ ignored: 'this event starts no work' });
    }
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['issues', { action: 'label_updated' }, 'issues label_updated starts no work'],
    ['issues', {}, 'issues without a known action starts no work'],
    ['issues', { action: ['closed'] }, 'issues without a known action starts no work'],
    ['issues', { action: '!closed' }, 'issues without a known action starts no work'],
    ['issues', { action: 'closed!' }, 'issues without a known action starts no work'],
    ['issues', { action: 'c'.repeat(41) }, 'issues without a known action starts no work'],
    [
      'issue_comment',
      { action: 'edited', comment: { body: '@mosaic' } },
      'issue_comment edited starts no work',
    ],
    ['issue_comment', { action: 'created' }, 'the comment does not mention @mosaic'],
    ['issue_comment', { action: 'created', comment: null }, 'the comment does not mention @mosaic'],
    [
      'issue_comment',
      { action: 'created', comment: { body: ['@mosaic'] } },
      'the comment does not mention @mosaic',
    ],
  ])('ignores %s %j', (event, body, ignored) => {
    expect(readDelivery(event, body)).toEqual({ ignored });
  });

  it.each(['assigned', 'mentioned', 'commented'])(
    "takes the bot's %s, with or without a comment",
    (action) => {
      const body = { action, repository: 'a/b', issueNumber: 2_147_483_647 };
      expect(readDelivery(null, body)).toEqual({ trigger: { ...body, comment: null } });
      expect(readDelivery(null, { ...body, comment: null })).toEqual({ trigger: { ...body, comment: null } });
    },
  );

  it.each([
    ['@mosaic', true],
    ['(@Mosaic)', true],
    ['hi @mosaic, go', true],
    ['@mosaics', false],
    ['@mosaic-bot', false],
    ['mail@mosaic', false],
    ['mosaic', false],
  ])('in %j sees a mention: %j', (text, mentioned) => {
    const body = {
      action: 'created',
      repository: { full_name: 'a/b' },
      issue: { number: 1 },
      comment: { body: text },
    };
    expect('trigger' in readDelivery('issue_comment', body)).toBe(mentioned);
  });

  it("takes the bot's own body", () => {
    expect(
      readDelivery(null, { action: 'commented', repository: 'Acme/Site', issueNumber: 7, comment: 'x' }),
    ).toEqual({
      trigger: { action: 'commented', repository: 'acme/site', issueNumber: 7, comment: 'x' },
    });
  });

  it.each([
    ['issues', null],
    ['issues', 'assigned'],
    ['issue_comment', null],
    ['issue_comment', []],
    [null, { action: 'assigned', repository: 'a/b', issueNumber: 2_147_483_648 }],
    [null, []],
    [null, {}],
    [null, { action: 'closed', repository: 'a/b', issueNumber: 1 }],
    [null, { action: 'assigned', repository: 'a', issueNumber: 1 }],
    [null, { action: 'assigned', repository: '../..', issueNumber: 1 }],
    [null, { action: 'assigned', repository: 'a/b', issueNumber: 0 }],
    [null, { action: 'assigned', repository: 'a/b', issueNumber: 1.5 }],
    [null, { action: 'assigned', repository: 'a/b', issueNumber: 1, workspaceId: 'w' }],
    [null, { action: 'mentioned', repository: 'a/b', issueNumber: 1, comment: 3 }],
    ['issues', { action: 'assigned' }],
    ['issues', { action: 'assigned', repository: { full_name: 'a/b' }, issue: { number: '1' } }],
  ])('refuses %j %j', (event, body) => {
    expect(() => readDelivery(event, body)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});
