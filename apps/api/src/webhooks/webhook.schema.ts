import { dateTime, nullable, object, oneOf, string, uuid } from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import type { IssuedWebhook, Webhook } from './webhook.js';

const WEBHOOK = object<Webhook>('Webhook', {
  id: uuid(),
  coordinatorId: uuid(),
  name: nullable(string({ examples: ['github'] })),
  path: string({
    description: 'where the forge sends its deliveries, on this server',
    examples: ['/stitcher/webhook/0198c0de-7a3b-7c11-9d2e-5f60718293a4'],
  }),
  state: oneOf(['ACTIVE', 'EXPIRED', 'REVOKED'], {
    description: 'a rotated webhook stays ACTIVE until its overlap is over',
  }),
  createdAt: dateTime(),
  expiresAt: nullable(dateTime({ description: "the end of a rotated webhook's overlap" })),
  rotatedAt: nullable(dateTime()),
  revokedAt: nullable(dateTime()),
  predecessorId: nullable(uuid({ description: 'the webhook that this one was rotated from' })),
});

export const WEBHOOKS = pageOf('WebhookPage', WEBHOOK);

export const ISSUED_WEBHOOK = object<IssuedWebhook>('IssuedWebhook', {
  webhook: WEBHOOK,
  secret: string({
    description: 'what the forge signs with; shown this once',
    examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  }),
});
