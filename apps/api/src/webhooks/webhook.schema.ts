import { dateTime, nullable, object, remarked, string, uuid } from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { CREDENTIAL_STATE } from '../coordinators/coordinator-key.js';
import type { IssuedWebhook, Webhook } from './webhook.js';

export const WEBHOOK = object<Webhook>(
  'Webhook',
  {
    id: uuid({ description: 'the id of the webhook' }),
    coordinatorId: uuid({ description: 'the coordinator that it belongs to' }),
    name: nullable(string({ description: 'its name, if it was given one', examples: ['github'] })),
    path: string({
      description: 'the path on this server to which the forge sends its deliveries',
      examples: ['/stitcher/webhook/0198c0de-7a3b-7c11-9d2e-5f60718293a4'],
    }),
    state: remarked(CREDENTIAL_STATE, { description: 'whether its deliveries are accepted' }),
    createdAt: dateTime({ description: 'when it was created' }),
    expiresAt: nullable(dateTime({ description: 'when its overlap ends, if it was rotated' })),
    rotatedAt: nullable(dateTime({ description: 'when a successor was created' })),
    revokedAt: nullable(dateTime({ description: 'when it was revoked' })),
    predecessorId: nullable(uuid({ description: 'the webhook that this one was rotated from' })),
  },
  {
    description: 'An endpoint for one forge, which signs its deliveries',
    examples: [
      {
        id: '0198c0de-7a3b-7c11-9d2e-5f60718293a4',
        coordinatorId: '0198c0de-1111-7c11-9d2e-5f60718293a4',
        name: 'github',
        path: '/stitcher/webhook/0198c0de-7a3b-7c11-9d2e-5f60718293a4',
        state: 'ACTIVE',
        createdAt: '2026-11-24T12:00:00.000Z',
        expiresAt: null,
        rotatedAt: null,
        revokedAt: null,
        predecessorId: null,
      },
    ],
  },
);

export const WEBHOOKS = pageOf('WebhookPage', WEBHOOK);

export const ISSUED_WEBHOOK = object<IssuedWebhook>(
  'IssuedWebhook',
  {
    webhook: remarked(WEBHOOK, { description: 'the webhook without its secret' }),
    secret: string({
      description: 'the secret with which the forge signs; only this answer shows it',
      examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    }),
  },
  { description: 'A new webhook' },
);
