import { Injectable } from '@nestjs/common';
import { onBehalfOfSystem } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { Prisma } from '../generated/prisma/client.js';
import { LIFETIME } from './idempotency.statement.js';
import { CLOCK_TIME } from './job-transitions.statement.js';

/** How many rows one statement of a sweep touches at most: it stays short. */
export const SWEEP_SIZE = 100;

/** Upkeep of jobs that no request does. */
@Injectable()
export class ExpiredLeasesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Takes attempts back whose lease has run out: to PENDING while attempts remain, else to FAILED with `lease-expired`. Any
   * number of replicas may sweep at once; each passes over what another has locked. The clock is the database's.
   *
   * @returns how many; {@link SWEEP_SIZE} says that there may be more
   */
  async takeBack(): Promise<number> {
    return await this.prisma.$executeRaw`
      WITH ${onBehalfOfSystem('lease-sweeper')},
      expired AS MATERIALIZED (
        SELECT job.id, ${CLOCK_TIME} AS at FROM public.jobs AS job
        WHERE job.status = 'RUNNING' AND job.lease_seconds IS NOT NULL
          AND job.lease_expires_at <= pg_catalog.clock_timestamp()
        LIMIT ${Prisma.raw(String(SWEEP_SIZE))}
        FOR UPDATE SKIP LOCKED
      )
      UPDATE public.jobs AS job
      SET rev = job.rev + 1, updated_at = expired.at, lease_seconds = NULL, lease_expires_at = NULL,
        status = (CASE WHEN job.attempt < job.max_attempts THEN 'PENDING' ELSE 'FAILED' END)::public.job_status,
        error = CASE WHEN job.attempt < job.max_attempts THEN job.error ELSE 'lease-expired' END,
        coordinator_id = CASE WHEN job.attempt < job.max_attempts THEN NULL ELSE job.coordinator_id END,
        agent_id = CASE WHEN job.attempt < job.max_attempts THEN NULL ELSE job.agent_id END,
        agent_type = CASE WHEN job.attempt < job.max_attempts THEN NULL ELSE job.agent_type END,
        ended_at = CASE WHEN job.attempt < job.max_attempts THEN NULL ELSE expired.at END,
        duration_seconds = CASE WHEN job.attempt < job.max_attempts THEN NULL ELSE public.seconds_between(job.started_at, expired.at) END,
        previous_attempt = CASE WHEN job.attempt < job.max_attempts
          THEN public.previous_attempt(job, 'lease-expired') ELSE job.previous_attempt END
      FROM expired, ctx
      WHERE job.id = expired.id AND ctx.ready`;
  }

  /**
   * Forgets idempotency keys whose 24 hours are over.
   *
   * @returns how many; {@link SWEEP_SIZE} says that there may be more
   */
  async forgetKeys(): Promise<number> {
    return await this.prisma.$executeRaw`
      DELETE FROM public.idempotency_keys
      WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM public.idempotency_keys
        WHERE created_at <= pg_catalog.statement_timestamp() - ${LIFETIME}
        LIMIT ${Prisma.raw(String(SWEEP_SIZE))}
        FOR UPDATE SKIP LOCKED))`;
  }
}
