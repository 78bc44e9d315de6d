import type { Caller } from '../common/access/caller.js';
import { Prisma } from '../generated/prisma/client.js';

/** SQL: whether the workspace is one that the caller may touch, as the CTE `caller` of the same statement knows it. */
export function withinReach(caller: Pick<Caller, 'kind'>, workspaceId: Prisma.Sql): Prisma.Sql {
  return caller.kind === 'coordinator'
    ? Prisma.sql`EXISTS (
        SELECT FROM public.coordinator_workspaces AS allowed
        WHERE allowed.coordinator_id = caller.id AND allowed.workspace_id = ${workspaceId})`
    : Prisma.sql`(caller.workspace_ids IS NULL OR ${workspaceId} = ANY (caller.workspace_ids))`;
}
