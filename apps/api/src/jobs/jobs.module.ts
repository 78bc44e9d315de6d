import { Module } from '@nestjs/common';
import { JobsRepository } from './jobs.repository.js';
import { StitchedJobsRepository } from './stitched-jobs.repository.js';

@Module({
  providers: [JobsRepository, StitchedJobsRepository],
  exports: [JobsRepository, StitchedJobsRepository],
})
export class JobsModule {}
