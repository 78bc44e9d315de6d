import { Module } from '@nestjs/common';
import { CoordinatorsModule } from '../coordinators/coordinators.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { CoordinatorJobsController } from './coordinator-jobs.controller.js';
import { CoordinatorJobsService } from './coordinator-jobs.service.js';

@Module({
  imports: [CoordinatorsModule, JobsModule],
  controllers: [CoordinatorJobsController],
  providers: [CoordinatorJobsService],
})
export class CoordinatorIntegrationModule {}
