import { Module } from '@nestjs/common';
import { RefusalLog } from '../common/http/refusal-log.js';
import { StandbyReads } from '../database/standby-reads.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { CheckpointsController } from './checkpoints/checkpoints.controller.js';
import { CheckpointsRepository } from './checkpoints/checkpoints.repository.js';
import { CheckpointsService } from './checkpoints/checkpoints.service.js';
import { ErasuresController } from './erasure/erasures.controller.js';
import { ErasuresRepository } from './erasure/erasures.repository.js';
import { ErasuresService } from './erasure/erasures.service.js';
import { AuditExportsController } from './export/audit-exports.controller.js';
import { AuditExportsRepository } from './export/audit-exports.repository.js';
import { AuditExportsService } from './export/audit-exports.service.js';
import { AuditFeedController } from './feed/audit-feed.controller.js';
import { FeedRepository } from './feed/feed.repository.js';
import { FeedService } from './feed/feed.service.js';
import { FeedFollowers } from './feed/followers.js';
import { AuditLogController } from './reading/audit-log.controller.js';
import { AuditLogRepository } from './reading/audit-log.repository.js';
import { AuditLogService } from './reading/audit-log.service.js';
import { AuditWriter } from './recording/audit-writer.repository.js';
import { ReadRecorder } from './recording/read-recorder.js';
import { REFUSAL_CLOCK, RefusalRecorder } from './recording/refusal-recorder.js';
import { PartitionKeeper } from './retention/partition-keeper.js';
import { PartitionsRepository } from './retention/partitions.repository.js';
import { SealingService } from './sealing/sealing.service.js';

@Module({
  imports: [OperatorsModule],
  controllers: [
    AuditExportsController,
    AuditFeedController,
    CheckpointsController,
    ErasuresController,
    AuditLogController,
  ],
  providers: [
    AuditExportsRepository,
    AuditExportsService,
    AuditLogRepository,
    AuditLogService,
    AuditWriter,
    CheckpointsRepository,
    CheckpointsService,
    ErasuresRepository,
    ErasuresService,
    FeedFollowers,
    FeedRepository,
    FeedService,
    PartitionKeeper,
    PartitionsRepository,
    ReadRecorder,
    RefusalRecorder,
    SealingService,
    StandbyReads,
    { provide: RefusalLog, useExisting: RefusalRecorder },
    { provide: REFUSAL_CLOCK, useValue: () => performance.now() },
  ],
  exports: [CheckpointsService, FeedService, ReadRecorder, RefusalLog, SealingService],
})
export class AuditLogModule {}
