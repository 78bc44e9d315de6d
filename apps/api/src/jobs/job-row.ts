import { columnsOf, type Fields, mapperOf, type RowOfFields } from '../database/fields.js';
import type { Prisma } from '../generated/prisma/client.js';
import { ATTEMPT_FIELDS, JOB_FIELDS } from './job.js';

/** A row of `jobs` as `PrismaService.rows` returns it. */
export type JobRow = RowOfFields<typeof JOB_FIELDS>;

/** SQL: the columns of a {@link JobRow}, read from the alias `job`. */
export const JOB_COLUMNS = jobColumnsOf(JOB_FIELDS);

/** SQL: the columns of some members of a job, read from the alias `job`. */
export function jobColumnsOf(fields: Fields): Prisma.Sql {
  return columnsOf(fields, 'job');
}

const { rev, progressPercent, currentStep, tokensUsed, triggers, triggerCount, leaseExpiresAt, updatedAt } =
  JOB_FIELDS;

/** The members that may change while an attempt runs. Postgres refuses a change of most others. No server changes the rest. */
export const CHANGING_FIELDS = {
  rev,
  progressPercent,
  currentStep,
  tokensUsed,
  triggers,
  triggerCount,
  leaseExpiresAt,
  updatedAt,
};

export const toJob = mapperOf(JOB_FIELDS);

export type AttemptRow = RowOfFields<typeof ATTEMPT_FIELDS>;

/** SQL: the columns of an {@link AttemptRow}. */
export const attemptColumnsOf = (table: string) => columnsOf(ATTEMPT_FIELDS, table);

export const toAttempt = mapperOf(ATTEMPT_FIELDS);

/** Whether the statement found a job. If not, all columns of the outer join are null. */
export function isJobRow<Row extends Partial<JobRow>>(row: Row): row is Row & JobRow {
  return typeof row.id === 'string';
}

export function isAttemptRow<Row extends Partial<AttemptRow>>(row: Row): row is Row & AttemptRow {
  return typeof row.attempt === 'number';
}
