import { InvalidRequestError } from '../common/problems/invalid-request.error.js';
import { Prisma } from '../generated/prisma/client.js';

/**
 * The CTE `unknown`, after `ctx`: one row whose `ids` are the given ids that name no workspace. A write that names
 * workspaces must do nothing unless `ids` is empty. Pass `unknown.ids` to {@link assertNoneUnknown}.
 */
export function unknownWorkspaces(ids: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    unknown AS MATERIALIZED (
      SELECT ARRAY(
        SELECT given.id::text FROM unnest(${ids}::uuid[]) AS given (id), ctx
        WHERE ctx.ready AND NOT EXISTS (SELECT FROM public.workspaces AS known WHERE known.id = given.id)) AS ids
    )`;
}

/** @throws InvalidRequestError names the unknown workspaces */
export function assertNoneUnknown(ids: readonly string[]): void {
  if (ids.length === 0) return;
  throw InvalidRequestError.of('workspaceIds', `workspaceIds names unknown workspaces: ${ids.join(', ')}`);
}
