import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { Prisma } from '../generated/prisma/client.js';
import { given, type Values } from './shape.js';

/** The kinds of caller for which the text of a statement differs. */
export type CallerKind = Caller['kind'] | 'webhook' | 'session';

type Called = Pick<Caller, 'kind' | 'signed' | 'session' | 'identity'> &
  Values<
    Pick<Caller, 'kid' | 'keyId' | 'permission' | 'requestId' | 'sourceAddress' | 'userAgent' | 'reason'>
  >;

export function kindOf({ kind, signed, session }: Caller): CallerKind {
  if (session === true) return 'session';
  return signed === true ? 'webhook' : kind;
}

const NAMED: Record<CallerKind, Pick<Caller, 'kind' | 'signed' | 'session'>> = {
  coordinator: { kind: 'coordinator' },
  operator: { kind: 'operator' },
  webhook: { kind: 'coordinator', signed: true },
  session: { kind: 'operator', session: true },
};

/** A caller of this kind, for a statement whose input has a `caller`. */
export function givenCaller(kind: CallerKind): Called {
  const caller = (from: (caller: Caller) => unknown) =>
    given((input: { caller: Caller }) => from(input.caller));
  return {
    ...NAMED[kind],
    kid: caller((it) => it.kid),
    keyId: caller((it) => it.keyId),
    permission: caller((it) => it.permission),
    requestId: caller((it) => it.requestId),
    sourceAddress: caller((it) => it.sourceAddress),
    userAgent: caller((it) => it.userAgent),
    reason: caller((it) => it.reason ?? null),
  };
}

/**
 * Starts a statement made for a caller, with two CTEs: `caller` and `ctx`.
 *
 * `caller` holds the caller's identity and `refusal`. Postgres decides the refusal in this same statement. `ctx` has
 * one row if there is no refusal, otherwise none. It gives the audit triggers their context. A write must join `ctx`,
 * so it does nothing for a refused caller. If a write does not join `ctx`, the triggers raise an error. Every such
 * statement returns `refusal` in its row: pass the row to {@link assertAllowed}.
 */
export function onBehalfOf(caller: Called): Prisma.Sql {
  return Prisma.sql`
      caller AS MATERIALIZED (SELECT ${columnsOf(caller)}, refusal FROM ${authorizationOf(caller)}),
      ctx AS MATERIALIZED (
        SELECT ${contextOf(caller, Prisma.sql`id, name`)} AS ready FROM caller WHERE refusal IS NULL
      )`;
}

/**
 * Like {@link onBehalfOf}, for a statement that does not return the refusal. It has one CTE, `caller`, which is empty if
 * there is a refusal. A write must require `caller.ready`: it gives the audit triggers their context.
 */
export function onBehalfOfAllowed(caller: Called): Prisma.Sql {
  const named =
    caller.kind === 'coordinator' ? 'coordinator_id, coordinator_name' : 'operator_id, operator_name';
  return Prisma.sql`
      caller AS MATERIALIZED (
        SELECT ${columnsOf(caller)}, ${contextOf(caller, Prisma.raw(named))} AS ready
        FROM ${authorizationOf(caller)} WHERE refusal IS NULL
      )`;
}

/**
 * SQL: a condition that is true if the caller has the right and `holds` for it. Like {@link onBehalfOf} it then gives the
 * audit triggers their context. For a statement that neither returns the refusal nor writes the caller.
 *
 * @param holds a condition over `caller`
 */
export function onBehalfOfIf(caller: Called, holds: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(
        SELECT ${contextOf(caller, Prisma.sql`id, name`)}
        FROM (SELECT ${columnsOf(caller)} FROM ${authorizationOf(caller)} WHERE refusal IS NULL) AS caller
        WHERE ${holds})`;
}

function columnsOf({ kind }: Called): Prisma.Sql {
  return kind === 'coordinator'
    ? Prisma.sql`coordinator_id AS id, coordinator_name AS name, key_id, rate_limit_per_minute, max_running`
    : Prisma.sql`operator_id AS id, operator_name AS name, key_id, role, workspace_ids`;
}

/** @param named the columns with the id and the name of the caller */
function contextOf(caller: Called, named: Prisma.Sql): Prisma.Sql {
  const type = caller.kind === 'coordinator' ? Prisma.sql`'COORDINATOR'` : Prisma.sql`'OPERATOR'`;
  const reason = caller.kind === 'coordinator' ? Prisma.empty : Prisma.sql`, ${caller.reason ?? null}`;
  return Prisma.sql`public.set_audit_context(
          ${type}, ${named}, key_id, ${caller.requestId}, ${caller.sourceAddress}::inet, ${caller.userAgent}${reason})`;
}

function authorizationOf({
  kind,
  signed,
  session,
  identity,
  kid,
  keyId,
  permission,
  sourceAddress,
}: Called): Prisma.Sql {
  const rest = Prisma.sql`${permission}, ${sourceAddress}::inet`;
  if (kind === 'coordinator') {
    return signed === true
      ? Prisma.sql`public.authorize_webhook(${keyId}::uuid, ${rest})`
      : Prisma.sql`public.authorize_coordinator(${kid}, ${rest})`;
  }
  if (session === true) return Prisma.sql`public.authorize_session(${kid}::uuid, ${rest})`;
  return identity === true
    ? Prisma.sql`public.authorize_identity(${kid}::uuid, ${rest})`
    : Prisma.sql`public.authorize_operator(${kid}, ${rest})`;
}

/**
 * The CTE `ctx` of a statement that the server makes by itself (start-up, sweeps). `name` is the part of the server
 * that makes it.
 */
export function onBehalfOfSystem(name: string, requestId: string | null = null): Prisma.Sql {
  return Prisma.sql`
    ctx AS MATERIALIZED (
      SELECT public.set_audit_context('SYSTEM', NULL, ${name}, NULL, ${requestId}, NULL, NULL) AS ready
    )`;
}

/**
 * Throws the refusal that Postgres decided. If there is no row, the kid no longer exists: this process verified the
 * secret before the key was replaced.
 */
export function assertAllowed<Row extends { refusal: string | null }>(
  row: Row | undefined,
): asserts row is Row {
  if (row === undefined) throw accessRefused('key-revoked');
  if (row.refusal !== null) throw accessRefused(row.refusal);
}
