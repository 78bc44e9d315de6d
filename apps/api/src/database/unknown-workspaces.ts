import { InvalidRequestError } from '../common/problems/invalid-request.error.js';
import { Prisma } from '../generated/prisma/client.js';

/**
 * The CTE `unknown`, after `ctx`: one row whose `ids` are those of the given ids that are no workspace. A write that names
 * workspaces does nothing unless it is empty; pass `unknown.ids` to {@link assertNoneUnknown}.
 */
export function unknownWorkspaces(ids: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    unknown AS MATERIALIZED (
      SELECT ARRAY(
        SELECT given.id::text FROM unnest(${ids}::uuid[]) AS given (id), ctx
        WHERE ctx.ready AND NOT EXISTS (SELECT FROM public.workspaces AS known WHERE known.id = given.id)) AS ids
    )`;
}

/** @throws InvalidRequestError naming the unknown ones */
export function assertNoneUnknown(ids: readonly string[]): void {
  if (ids.length === 0) return;
  throw InvalidRequestError.of('workspaceIds', `workspaceIds names unknown workspaces: ${ids.join(', ')}`);
}
