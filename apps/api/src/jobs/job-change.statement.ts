import type { Caller } from '../common/access/caller.js';
import {
  type CallerKind,
  givenCaller,
  kindOf,
  onBehalfOf,
  onBehalfOfAllowed,
  onBehalfOfIf,
} from '../database/audited-statement.js';
import { type Fields, updaterOf } from '../database/fields.js';
import { given, type Statement, shapes } from '../database/shape.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Job } from './job.js';
import { JOB_COLUMNS, jobColumnsOf } from './job-row.js';
import { CLOCK_TIME, LEASE_END, type Rules, type Transition } from './job-transitions.statement.js';
import { inWorkspaceScope } from './workspace-scope.statement.js';

/** A change that a caller asks for. */
export interface Change {
  caller: Caller;
  id: string;
  revs: number[] | null;
  report: Transition['report'];
}

const JOB_ID = given((it: Change) => it.id);
const REVS = given((it: Change) => it.revs);

/** The columns of the members that a change may set. */
export type ChangingRow = Record<string, unknown>;

const ATTEMPT = given((it: Change) => it.report.attempt);

interface ChangeStatements {
  changing: (change: Change) => Statement;
  judging: (change: Change) => Statement;
  /** for an attempt that is known */
  continuing?: {
    statement: (change: Change) => Statement;
    update: (known: Job, row: ChangingRow) => Job;
  };
}

const STATEMENTS = new WeakMap<Rules, ChangeStatements>();

/** The statements of one kind of change. */
export function statementsOf(rules: Rules): ChangeStatements {
  let statements = STATEMENTS.get(rules);
  if (statements === undefined) {
    const variantOf = ({ caller }: Change) => [kindOf(caller)] as const;
    statements = {
      changing: shapes(variantOf, (kind) => changeStatement(kind, rules)),
      judging: shapes(variantOf, (kind) => judgingStatement(kind, rules)),
    };
    const { changing } = rules;
    if (changing !== undefined) {
      statements.continuing = {
        statement: shapes(variantOf, (kind) => continuingStatement(kind, rules, changing)),
        update: updaterOf(changing),
      };
    }
    STATEMENTS.set(rules, statements);
  }
  return statements;
}

/**
 * Changes the job if it is in the workspace scope and all conditions of {@link judgingStatement} hold. If the statement
 * waited for the row lock, Postgres checks the conditions again. A condition may be null; `CASE` treats null as false.
 *
 * A start writes the caller into the job, so it joins the CTE `caller`. Any other change proves the caller in a condition,
 * which Postgres evaluates last and only for this job, and which costs less than a join (docs/adr/0077).
 */
function changeStatement(kind: CallerKind, rules: Rules): Prisma.Sql {
  const caller = givenCaller(kind);
  const isNew =
    rules.staleWhileRunning === undefined
      ? Prisma.sql`(${rules.repeated}) IS NOT TRUE AND (${rules.stale}) IS NOT TRUE`
      : Prisma.sql`(${rules.staleWhileRunning}) IS NOT TRUE`;
  const ofCaller = Prisma.sql`${inWorkspaceScope(caller, Prisma.sql`job.workspace_id`)} AND ${isNew}`;
  return rules.limit === undefined
    ? Prisma.sql`
      UPDATE public.jobs AS job SET ${assignments(rules)}
      WHERE ${conditionsOf(rules)} AND ${onBehalfOfIf(caller, ofCaller)}
      RETURNING ${JOB_COLUMNS}`
    : Prisma.sql`
      WITH ${onBehalfOfAllowed(caller)}
      UPDATE public.jobs AS job SET ${assignments(rules)}
      FROM caller
      WHERE ${conditionsOf(rules)} AND caller.ready AND ${ofCaller} AND ${rules.limit.none}
      RETURNING ${JOB_COLUMNS}`;
}

/** {@link changeStatement} for an attempt that is known. It returns only what may have changed. */
function continuingStatement(kind: CallerKind, rules: Rules, changing: Fields): Prisma.Sql {
  const caller = givenCaller(kind);
  return Prisma.sql`
      UPDATE public.jobs AS job SET ${assignments(rules)}
      WHERE ${conditionsOf(rules)}
      AND job.attempt = ${ATTEMPT}::int
      AND ${onBehalfOfIf(caller, inWorkspaceScope(caller, Prisma.sql`job.workspace_id`))}
      RETURNING ${jobColumnsOf(changing)}`;
}

function conditionsOf(rules: Rules): Prisma.Sql {
  return Prisma.sql`
      job.id = ${JOB_ID}::uuid
      AND (job.rev = ANY (${REVS}::int[])) IS NOT FALSE
      -- IS TRUE: the plan finds the job by its id, not by an index of its status
      AND (${rules.allowed}) IS TRUE
      AND (${rules.idle ?? Prisma.sql`false`}) IS NOT TRUE`;
}

function judgingStatement(kind: CallerKind, rules: Rules): Prisma.Sql {
  const caller = givenCaller(kind);
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    job AS MATERIALIZED (
      SELECT job.* FROM public.jobs AS job, caller, ctx
      WHERE ctx.ready AND job.id = ${JOB_ID}::uuid AND ${inWorkspaceScope(caller, Prisma.sql`job.workspace_id`)}
      FOR UPDATE OF job
    ),
    judged AS MATERIALIZED (
      SELECT job.id, CASE
        WHEN ${rules.repeated} THEN 'unchanged'
        WHEN NOT (job.rev = ANY (${REVS}::int[])) THEN 'precondition-failed'
        WHEN ${rules.stale} THEN 'stale-attempt'
        WHEN ${rules.allowed} AND ${rules.idle ?? Prisma.sql`false`} THEN 'unchanged'
        WHEN ${rules.allowed} THEN ${rules.limit === undefined ? Prisma.sql`'applied'` : Prisma.sql`coalesce(${rules.limit.reached}, 'applied')`}
        ELSE 'illegal-transition'
      END AS verdict
      FROM job, caller
    ),
    changed AS (
      UPDATE public.jobs AS job
      SET ${assignments(rules)}
      FROM judged, caller, ctx
      WHERE job.id = judged.id AND judged.verdict = 'applied' AND ctx.ready
      RETURNING job.*
    ),
    ${rules.idle ? RENEWED : Prisma.empty}
    present AS (
      SELECT * FROM changed
      UNION ALL
      ${rules.idle ? Prisma.sql`SELECT * FROM renewed UNION ALL` : Prisma.empty}
      SELECT job.* FROM job JOIN judged USING (id)
      WHERE judged.verdict <> 'applied' ${rules.idle ? Prisma.sql`AND NOT EXISTS (SELECT FROM renewed)` : Prisma.empty}
    )
    SELECT caller.refusal, judged.verdict, present.*,
      CASE WHEN judged.id IS NULL AND caller.refusal IS NULL
        THEN (SELECT workspace_id FROM public.jobs WHERE id = ${JOB_ID}::uuid) END AS foreign_workspace_id
    FROM caller LEFT JOIN judged ON true LEFT JOIN present ON present.id = judged.id`;
}

function assignments(rules: Rules): Prisma.Sql {
  return Prisma.sql`rev = job.rev + 1, updated_at = ${CLOCK_TIME}, ${rules.set}`;
}

/** The CTE `renewed`: extends only the lease, which neither raises `rev` nor writes an audit record. */
const RENEWED = Prisma.sql`
  renewed AS (
    UPDATE public.jobs AS job SET lease_expires_at = ${LEASE_END} FROM judged
    WHERE job.id = judged.id AND judged.verdict = 'unchanged' AND job.lease_seconds IS NOT NULL
    RETURNING job.*
  ),`;
