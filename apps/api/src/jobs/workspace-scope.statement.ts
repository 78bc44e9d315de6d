import type { Caller } from '../common/access/caller.js';
import { Prisma } from '../generated/prisma/client.js';

/** SQL: whether the workspace is in the caller's workspace scope. Reads the CTE `caller` of the same statement. */
export function inWorkspaceScope(caller: Pick<Caller, 'kind'>, workspaceId: Prisma.Sql): Prisma.Sql {
  return caller.kind === 'coordinator'
    ? Prisma.sql`EXISTS (
        SELECT FROM public.coordinator_workspaces AS allowed
        WHERE allowed.coordinator_id = caller.id AND allowed.workspace_id = ${workspaceId})`
    : Prisma.sql`(caller.workspace_ids IS NULL OR ${workspaceId} = ANY (caller.workspace_ids))`;
}

/**
 * SQL: rows of `id`, the workspaces in the caller's workspace scope. Calling {@link inWorkspaceScope} for each
 * workspace would search an operator's list once per workspace.
 */
export function workspacesInScope(caller: Pick<Caller, 'kind'>): Prisma.Sql {
  return caller.kind === 'coordinator'
    ? Prisma.sql`
        SELECT allowed.workspace_id AS id FROM caller JOIN public.coordinator_workspaces AS allowed ON allowed.coordinator_id = caller.id`
    : Prisma.sql`
        SELECT workspace.id FROM caller CROSS JOIN public.workspaces AS workspace WHERE caller.workspace_ids IS NULL
        UNION ALL
        SELECT DISTINCT limited.id FROM caller CROSS JOIN LATERAL unnest(caller.workspace_ids) AS limited (id)`;
}
