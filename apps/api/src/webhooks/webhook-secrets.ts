import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { keptFile } from '../common/kept-file.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { secretKey } from '../config/readers.js';

export const WEBHOOK_SECRET_KEY_FILE = 'webhook-secret.key';
const BYTES = 32;

/**
 * The secrets of webhooks. A secret is derived from the webhook's id and `WEBHOOK_SECRET_KEY` (HKDF, RFC 5869) and
 * never stored. So a copy of the database is not enough to sign a delivery.
 */
@Injectable()
export class WebhookSecrets implements OnModuleInit {
  private readonly logger = new Logger('WebhookSecrets');
  private key: Buffer | undefined;

  constructor(@Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'webhookSecretKey' | 'dataDir'>) {}

  async onModuleInit(): Promise<void> {
    this.key = this.config.webhookSecretKey ?? (await this.keptKey());
  }

  /** 64 hexadecimal digits. The forge uses them as text, not as bytes. */
  secretOf(webhookId: string): string {
    if (this.key === undefined) throw new Error('the key of the webhook secrets is not loaded yet');
    const info = `coordinator-registry webhook ${webhookId.toLowerCase()}`;
    return Buffer.from(hkdfSync('sha256', this.key, '', info, BYTES)).toString('hex');
  }

  /**
   * Whether every signature is the webhook's HMAC-SHA-256 of the body. The comparison takes the same time for every
   * wrong signature.
   *
   * @param signatures at least one, of 32 bytes each
   */
  isSigned(webhookId: string, body: Buffer, signatures: readonly Buffer[]): boolean {
    const expected = createHmac('sha256', this.secretOf(webhookId)).update(body).digest();
    return signatures.length > 0 && signatures.every((it) => timingSafeEqual(it, expected));
  }

  private async keptKey(): Promise<Buffer> {
    const path = join(this.config.dataDir, WEBHOOK_SECRET_KEY_FILE);
    const { text, made } = await keptFile(path, () => randomBytes(BYTES).toString('hex'));
    if (made) {
      this.logger.warn(
        `WEBHOOK_SECRET_KEY is not set: created a key that the secrets of webhooks are derived from, in ${path}. Production requires a key that is stored elsewhere`,
      );
    }
    return secretKey(this.config.dataDir)(text.trim());
  }
}
