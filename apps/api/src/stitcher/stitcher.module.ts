import { Module } from '@nestjs/common';
import { CoordinatorsModule } from '../coordinators/coordinators.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { DeliverySweeper } from './delivery-sweeper.js';
import { StitcherController } from './stitcher.controller.js';
import { StitcherService } from './stitcher.service.js';

/**
 * The stitcher turns issues of Gitea and GitHub into jobs. It takes deliveries from the forges or from the platform's bot,
 * which has a body of its own, and direct dispatches. `STITCHER_BOT_NAME` is the account that issues mention.
 */
@Module({
  imports: [CoordinatorsModule, JobsModule, WebhooksModule],
  controllers: [StitcherController],
  providers: [DeliverySweeper, StitcherService],
})
export class StitcherModule {}
