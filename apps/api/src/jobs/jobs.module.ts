import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { JobReadsRepository } from './job-reads.repository.js';
import { JobReadsService } from './job-reads.service.js';
import { JobsController } from './jobs.controller.js';
import { JobsRepository } from './jobs.repository.js';
import { StitchedJobsRepository } from './stitched-jobs.repository.js';

@Module({
  imports: [AuditLogModule, OperatorsModule],
  controllers: [JobsController],
  providers: [JobReadsRepository, JobReadsService, JobsRepository, StitchedJobsRepository],
  exports: [JobReadsService, JobsRepository, StitchedJobsRepository],
})
export class JobsModule {}
