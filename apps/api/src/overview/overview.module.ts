import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { CountingModule } from '../rate-limit/counting.module.js';
import { FindController } from './find.controller.js';
import { FindRepository } from './find.repository.js';
import { FindService } from './find.service.js';
import { OverviewController } from './overview.controller.js';
import { OverviewRepository } from './overview.repository.js';
import { OverviewService } from './overview.service.js';

@Module({
  imports: [AuditLogModule, CountingModule, OperatorsModule],
  controllers: [FindController, OverviewController],
  providers: [FindRepository, FindService, OverviewRepository, OverviewService],
})
export class OverviewModule {}
