import { Module } from '@nestjs/common';
import { RefusalLog } from '../common/problems/refusal-log.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { AuditExportsController } from './audit-exports.controller.js';
import { AuditExportsRepository } from './audit-exports.repository.js';
import { AuditExportsService } from './audit-exports.service.js';
import { AuditLogController } from './audit-log.controller.js';
import { AuditLogRepository } from './audit-log.repository.js';
import { AuditLogService } from './audit-log.service.js';
import { AuditWriter } from './audit-writer.repository.js';
import { CheckpointsController } from './checkpoints.controller.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { CheckpointsService } from './checkpoints.service.js';
import { ErasuresController } from './erasures.controller.js';
import { PartitionKeeper } from './partition-keeper.js';
import { ReadRecorder } from './read-recorder.js';
import { REFUSAL_CLOCK, RefusalRecorder } from './refusal-recorder.js';
import { SealingService } from './sealing/sealing.service.js';

@Module({
  imports: [OperatorsModule],
  controllers: [AuditExportsController, CheckpointsController, ErasuresController, AuditLogController],
  providers: [
    AuditExportsRepository,
    AuditExportsService,
    AuditLogRepository,
    AuditLogService,
    AuditWriter,
    CheckpointsRepository,
    CheckpointsService,
    PartitionKeeper,
    ReadRecorder,
    RefusalRecorder,
    SealingService,
    { provide: RefusalLog, useExisting: RefusalRecorder },
    { provide: REFUSAL_CLOCK, useValue: () => performance.now() },
  ],
  exports: [ReadRecorder, RefusalLog, SealingService],
})
export class AuditLogModule {}
