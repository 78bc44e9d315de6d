import { Module } from '@nestjs/common';
import { CoordinatorsModule } from '../coordinators/coordinators.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { CoordinatorHealthController } from './coordinator-health.controller.js';
import { CoordinatorHealthService } from './coordinator-health.service.js';
import { CoordinatorJobsController } from './coordinator-jobs.controller.js';
import { CoordinatorJobsService } from './coordinator-jobs.service.js';

@Module({
  imports: [CoordinatorsModule, JobsModule],
  controllers: [CoordinatorJobsController, CoordinatorHealthController],
  providers: [CoordinatorJobsService, CoordinatorHealthService],
})
export class CoordinatorIntegrationModule {}
