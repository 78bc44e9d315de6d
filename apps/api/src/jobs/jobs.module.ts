import { Module } from '@nestjs/common';
import { AuditLogModule } from '../audit-log/audit-log.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { ExpiredLeasesRepository } from './expired-leases.repository.js';
import { JobClaimsRepository } from './job-claims.repository.js';
import { JobEtag } from './job-etag.js';
import { JobReadsRepository } from './job-reads.repository.js';
import { JobReadsService } from './job-reads.service.js';
import { JobsController } from './jobs.controller.js';
import { JobsRepository } from './jobs.repository.js';
import { LeaseSweeper } from './lease-sweeper.js';
import { OperatorJobsController } from './operator-jobs.controller.js';
import { OperatorJobsRepository } from './operator-jobs.repository.js';
import { OperatorJobsService } from './operator-jobs.service.js';
import { RunningAttempts } from './running-attempts.js';
import { StitchedJobsRepository } from './stitched-jobs.repository.js';
import { ChangesRepository } from './waiting/changes.repository.js';
import { WaitingRequests } from './waiting/waiting-requests.js';

@Module({
  imports: [AuditLogModule, OperatorsModule],
  controllers: [JobsController, OperatorJobsController],
  providers: [
    ChangesRepository,
    DeliveriesRepository,
    ExpiredLeasesRepository,
    JobClaimsRepository,
    JobEtag,
    JobReadsRepository,
    JobReadsService,
    JobsRepository,
    LeaseSweeper,
    OperatorJobsRepository,
    OperatorJobsService,
    RunningAttempts,
    StitchedJobsRepository,
    WaitingRequests,
  ],
  exports: [
    DeliveriesRepository,
    JobClaimsRepository,
    JobReadsService,
    JobsRepository,
    StitchedJobsRepository,
    WaitingRequests,
  ],
})
export class JobsModule {}
