import type { Caller } from '../common/access/caller.js';
import { Prisma } from '../generated/prisma/client.js';

/** SQL: whether the workspace is one that the caller may touch, as the CTE `caller` of the same statement knows it. */
export function inWorkspaceScope(caller: Pick<Caller, 'kind'>, workspaceId: Prisma.Sql): Prisma.Sql {
  return caller.kind === 'coordinator'
    ? Prisma.sql`EXISTS (
        SELECT FROM public.coordinator_workspaces AS allowed
        WHERE allowed.coordinator_id = caller.id AND allowed.workspace_id = ${workspaceId})`
    : Prisma.sql`(caller.workspace_ids IS NULL OR ${workspaceId} = ANY (caller.workspace_ids))`;
}

/**
 * SQL: rows of `id`, the workspaces that the caller may touch. To ask {@link inWorkspaceScope} of each workspace would look through an operator's
 * list once for every one of them.
 */
export function workspacesWithinReach(caller: Pick<Caller, 'kind'>): Prisma.Sql {
  return caller.kind === 'coordinator'
    ? Prisma.sql`
        SELECT allowed.workspace_id AS id FROM caller JOIN public.coordinator_workspaces AS allowed ON allowed.coordinator_id = caller.id`
    : Prisma.sql`
        SELECT workspace.id FROM caller CROSS JOIN public.workspaces AS workspace WHERE caller.workspace_ids IS NULL
        UNION ALL
        SELECT DISTINCT limited.id FROM caller CROSS JOIN LATERAL unnest(caller.workspace_ids) AS limited (id)`;
}
