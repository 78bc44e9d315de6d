import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { CoordinatorsModule } from '../coordinators/coordinators.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { CoordinatorEventsController } from './coordinator-events.controller.js';
import { CoordinatorHealthController } from './coordinator-health.controller.js';
import { CoordinatorHealthService } from './coordinator-health.service.js';
import { CoordinatorJobsController } from './coordinator-jobs.controller.js';
import { CoordinatorJobsService } from './coordinator-jobs.service.js';

@Module({
  imports: [AuditLogModule, CoordinatorsModule, JobsModule],
  controllers: [CoordinatorJobsController, CoordinatorEventsController, CoordinatorHealthController],
  providers: [CoordinatorJobsService, CoordinatorHealthService],
})
export class CoordinatorIntegrationModule {}
