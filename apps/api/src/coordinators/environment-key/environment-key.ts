import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { ConfigurationError } from '../../config/configuration.error.js';
import { RightsDrain } from '../../database/rights-drain.js';
import { EnvironmentKeyCheck } from '../../keys/environment-key-check.js';
import { DEFAULT_PERMISSIONS } from '../coordinator.js';
import { EnvironmentKeysRepository } from './environment-keys.repository.js';

/**
 * Compatibility for deployments with a single key: at start, `COORDINATOR_API_KEY` becomes an ordinary key row. From
 * then on Postgres decides by that row, as for every key: rotation can make it expire, it can be revoked, and its
 * coordinator can be suspended.
 */
@Injectable()
export class EnvironmentKey implements OnApplicationBootstrap {
  private readonly logger = new Logger('EnvironmentKey');
  private readonly check: EnvironmentKeyCheck | undefined;
  private kid: string | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'environmentKey' | 'rateLimitPerMinute'>,
    private readonly keys: EnvironmentKeysRepository,
    private readonly drain: RightsDrain,
  ) {
    this.check = config.environmentKey && new EnvironmentKeyCheck(config.environmentKey.key);
  }

  /**
   * The kid of the environment key if the text is that key; otherwise undefined. Always undefined until the start has
   * finished.
   */
  kidOf(text: string): string | undefined {
    return this.check?.matches(text) === true ? this.kid : undefined;
  }

  /** @throws ConfigurationError if the environment names workspaces or a coordinator that cannot be used */
  async onApplicationBootstrap(): Promise<void> {
    const wanted = this.config.environmentKey;
    if (wanted === undefined) return;
    const outcome = await this.keys.settle({
      ...wanted,
      permissions: DEFAULT_PERMISSIONS,
      rateLimitPerMinute: this.config.rateLimitPerMinute,
    });
    switch (outcome.kind) {
      case 'unknown-workspaces':
        throw new ConfigurationError([
          `COORDINATOR_API_KEY_WORKSPACES contains workspaces that do not exist: ${outcome.ids.join(', ')}`,
        ]);
      case 'name-taken':
        throw new ConfigurationError([
          `COORDINATOR_API_KEY_NAME is the name of another coordinator, which does not have COORDINATOR_API_KEY`,
        ]);
      case 'out-of-force':
        this.logger.warn(
          'COORDINATOR_API_KEY is not accepted: it was revoked or rotated, or its coordinator was deleted. Set another value, or unset it.',
        );
        break;
      case 'in-force':
        this.logger.warn(
          `COORDINATOR_API_KEY is a key of the coordinator "${wanted.name}". Prefer keys issued by POST ` +
            '/admin/coordinators: one for each service, shown once, replaced without a restart.',
        );
        // Other replicas may still run with the former value or the former workspaces.
        if (outcome.mayHaveWithdrawn) await this.drain.drain();
    }
    this.kid = outcome.kid;
  }
}
