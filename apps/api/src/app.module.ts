import { type DynamicModule, Module } from '@nestjs/common';
import { AuditLogModule } from './audit-log/audit-log.module.js';
import { CommonModule } from './common/common.module.js';
import { MetricsModule } from './common/metrics/metrics.module.js';
import { REQUEST_PROVIDERS } from './common/request-providers.js';
import type { AppConfig } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { ConsoleModule } from './console/console.module.js';
import { CoordinatorIntegrationModule } from './coordinator-integration/coordinator-integration.module.js';
import { CoordinatorsModule } from './coordinators/coordinators.module.js';
import type { DatabaseConnection } from './database/connection.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { KeyRevocationModule } from './key-revocation/key-revocation.module.js';
import { OperatorsModule } from './operators/operators.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { StitcherModule } from './stitcher/stitcher.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WorkspacesModule } from './workspaces/workspaces.module.js';

/** Composes the modules. */
@Module({})
export class AppModule {
  static forRoot(config: AppConfig, connection: DatabaseConnection): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot({
          ...connection,
          ...(config.databaseReadUrl !== undefined && { readUrl: config.databaseReadUrl }),
        }),
        MetricsModule,
        CommonModule,
        HealthModule,
        RateLimitModule,
        OperatorsModule,
        SessionsModule,
        WorkspacesModule,
        CoordinatorsModule,
        KeyRevocationModule,
        WebhooksModule,
        CoordinatorIntegrationModule,
        StitcherModule,
        AuditLogModule,
        ConsoleModule,
        OverviewModule,
      ],
      providers: REQUEST_PROVIDERS,
    };
  }
}
