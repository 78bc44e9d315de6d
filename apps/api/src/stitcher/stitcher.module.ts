import { Module } from '@nestjs/common';
import { CoordinatorsModule } from '../coordinators/coordinators.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { DeliverySweeper } from './delivery-sweeper.js';
import { StitcherController } from './stitcher.controller.js';
import { StitcherService } from './stitcher.service.js';

@Module({
  imports: [CoordinatorsModule, JobsModule, WebhooksModule],
  controllers: [StitcherController],
  providers: [DeliverySweeper, StitcherService],
})
export class StitcherModule {}
