import { Prisma } from '../generated/prisma/client.js';

/*
 * `maxRunning` of a coordinator and of a workspace (docs/adr/0061). All parts read the CTE `caller` of a coordinator.
 */

/** SQL: whether neither the caller nor a workspace with this `max_running` has a limit. */
export function hasNoLimit(ofWorkspace: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(caller.max_running IS NULL AND ${ofWorkspace} IS NULL)`;
}

/**
 * SQL: which limit one more RUNNING job of the workspace would exceed, `coordinator` or `workspace`; null: none. Without a
 * limit it locks and counts nothing. The statement must have locked the job before.
 */
export function limitReached(workspaceId: Prisma.Sql, ofWorkspace: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CASE WHEN NOT ${hasNoLimit(ofWorkspace)}
    THEN public.running_limit_reached(caller.id, ${workspaceId}) END`;
}

/** SQL: whether the caller was below its limit when the statement began. */
export const CALLER_HAS_ROOM = hasRoom('caller', 'coordinator_id');

/** SQL: whether `workspace` was below its limit when the statement began. */
export const WORKSPACE_HAS_ROOM = hasRoom('workspace', 'workspace_id');

function hasRoom(owner: string, column: string): Prisma.Sql {
  return Prisma.raw(`(${owner}.max_running IS NULL OR ${owner}.max_running > (
    SELECT count(*) FROM public.jobs AS run WHERE run.${column} = ${owner}.id AND run.status = 'RUNNING'))`);
}
