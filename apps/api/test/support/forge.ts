import { randomInt, randomUUID } from 'node:crypto';
import type { Response } from 'supertest';
import type { IssuedWebhook } from '../../src/webhooks/webhook.js';
import type { TestApp } from './app.js';
import { signatureOf } from './registry.js';

/** What a forge says of a repository. */
export interface ForgeRepository {
  id: number;
  full_name: string;
  html_url: string;
}

export function forgeRepository(name: string, host = 'github.com'): ForgeRepository {
  return { id: randomInt(1, 2 ** 40), full_name: name, html_url: `https://${host}/${name}` };
}

/** Of GitHub: a comment of a member on an open issue, new each time. */
export function commentOn(
  repository: ForgeRepository,
  of: { number?: number; text?: string; login?: string; type?: string; association?: unknown } = {},
) {
  const { number = 1, text = '@mosaic please', login = 'ada', type = 'User' } = of;
  const association = 'association' in of ? of.association : 'MEMBER';
  const user = { login, type };
  return {
    action: 'created',
    issue: { number, state: 'open', locked: false, user, author_association: 'NONE' },
    comment: { id: randomUUID(), body: text, user, author_association: association },
    repository,
    sender: user,
  };
}

export interface SignedDelivery {
  event?: string;
  /** left out: a new one */
  deliveryId?: string;
  form?: boolean;
  headers?: Record<string, string>;
}

/** Sends the body as GitHub does, with the webhook's signature. */
export async function deliverSigned(
  test: TestApp,
  { webhook, secret }: IssuedWebhook,
  body: object | string,
  { event = 'issue_comment', deliveryId = randomUUID(), form = false, headers = {} }: SignedDelivery = {},
): Promise<Response> {
  const json = typeof body === 'string' ? body : JSON.stringify(body);
  const sent = form ? new URLSearchParams({ payload: json }).toString() : json;
  return await test
    .http()
    .post(webhook.path)
    .set({
      'Content-Type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      'X-GitHub-Event': event,
      'X-GitHub-Delivery': deliveryId,
      'X-Hub-Signature-256': signatureOf(sent, secret),
      ...headers,
    })
    .send(sent);
}
