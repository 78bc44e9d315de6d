import { Module } from '@nestjs/common';
import { CoordinatorsModule } from '../coordinators/coordinators.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { StitcherController } from './stitcher.controller.js';
import { StitcherService } from './stitcher.service.js';

@Module({
  imports: [CoordinatorsModule, JobsModule],
  controllers: [StitcherController],
  providers: [StitcherService],
})
export class StitcherModule {}
