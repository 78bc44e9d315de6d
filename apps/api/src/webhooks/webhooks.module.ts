import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksRepository } from './webhooks.repository.js';
import { WebhooksService } from './webhooks.service.js';

/** Exports the providers that the guard of `@WebhookAccess()` needs. */
@Module({
  imports: [KeysModule, OperatorsModule],
  controllers: [WebhooksController],
  providers: [WebhookSecrets, WebhooksRepository, WebhooksService],
  exports: [KeysModule, WebhookSecrets, WebhooksRepository],
})
export class WebhooksModule {}
