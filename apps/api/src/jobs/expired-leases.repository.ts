import { Injectable } from '@nestjs/common';
import { onBehalfOfSystem } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { Prisma } from '../generated/prisma/client.js';
import { LIFETIME } from './idempotency.statement.js';
import { CLOCK_TIME } from './job-transitions.statement.js';

/** Maximum number of rows that one statement of a sweep changes. It keeps the statement short. */
export const SWEEP_SIZE = 100;

/** The same for jobs that need no audit record. */
export const RELEASE_SIZE = 1_000;

/** Background maintenance of jobs and idempotency keys. */
@Injectable()
export class ExpiredLeasesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Ends attempts whose lease has expired. The job becomes PENDING if attempts remain, otherwise FAILED with
   * `lease-expired`. Several replicas may sweep at the same time: each skips rows that another has locked. Uses the
   * clock of the database.
   *
   * @returns the number of changed jobs; if it is {@link SWEEP_SIZE}, there may be more
   */
  async expire(): Promise<number> {
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
        not_before = CASE WHEN job.attempt < job.max_attempts THEN public.retry_at(job.retry, job.attempt, expired.at) END,
        previous_attempt = CASE WHEN job.attempt < job.max_attempts
          THEN public.previous_attempt(job, 'lease-expired') ELSE job.previous_attempt END
      FROM expired, ctx
      WHERE job.id = expired.id AND ctx.ready`;
  }

  /**
   * Lets claims take the jobs whose `not_before` has come, by the clock of the database. Like the renewal of a lease, this
   * is no change of the job: it neither raises `rev` nor writes an audit record. The trigger refuses it before the time.
   *
   * @returns the number of jobs; if it is {@link RELEASE_SIZE}, there may be more
   */
  async release(): Promise<number> {
    return await this.prisma.$executeRaw`
      UPDATE public.jobs SET not_before = NULL
      WHERE id = ANY (ARRAY(
        SELECT id FROM public.jobs
        WHERE not_before <= pg_catalog.statement_timestamp()
        ORDER BY not_before
        LIMIT ${Prisma.raw(String(RELEASE_SIZE))}
        FOR UPDATE SKIP LOCKED))`;
  }

  /**
   * Deletes idempotency keys older than 24 hours.
   *
   * @returns the number of deleted rows; if it is {@link SWEEP_SIZE}, there may be more
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
