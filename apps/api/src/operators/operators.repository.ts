import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { ListPart, PageRange } from '../common/pagination/page.js';
import { assertAllowed, onBehalfOf, onBehalfOfSystem } from '../database/audited-statement.js';
import { violatedIndex } from '../database/database-errors.js';
import { beginsWith, comesAfter, isGiven, NEWEST_FIRST } from '../database/keyset.js';
import { storeLastUses } from '../database/last-uses.js';
import { networks } from '../database/networks.js';
import { type BoundedRow, boundedPage, listedFrom } from '../database/page-bytes.js';
import { type PrismaService, RESERVED_PRISMA } from '../database/prisma.service.js';
import { STATEMENT_TIME } from '../database/statement-time.js';
import { assertNoneUnknown, unknownWorkspaces } from '../database/unknown-workspaces.js';
import { Prisma } from '../generated/prisma/client.js';
import type { StoredKey } from '../keys/stored-key.js';
import type {
  NewOperator,
  Operator,
  OperatorChange,
  OperatorPermission,
  OperatorRole,
  OperatorSelf,
} from './operator.js';
import { isOperatorRow, OPERATOR_COLUMNS, type OperatorRow, toOperator } from './operator-row.js';
import {
  AdminLimitedError,
  LastAdminError,
  NoKeyToRotateError,
  OperatorExistsError,
  OperatorNotFoundError,
  WorkspacesMissingError,
} from './operators.errors.js';

type Answer = Partial<OperatorRow> & { refusal: string | null };

/** The data of an operator for authentication. Deleted operators are included, because their secrets still match. */
export interface OperatorIdentity {
  id: string;
  name: string;
  keyId: string;
  secretHash: string;
}

@Injectable()
export class OperatorsRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  async findIdentity(kid: string): Promise<OperatorIdentity | undefined> {
    const [row] = await this.prisma.$queryRaw<OperatorIdentity[]>`
      SELECT id, name, key_id AS "keyId", secret_hash AS "secretHash" FROM public.operators WHERE kid = ${kid}`;
    return row;
  }

  /** Whether there is, or has ever been, an operator. */
  async anyEver(): Promise<boolean> {
    const [row] = await this.prisma.$queryRaw<{ any: boolean }[]>`
      SELECT EXISTS (SELECT FROM public.operators) AS "any"`;
    return row?.any === true;
  }

  /** @throws DomainError `already-exists`, `invalid-request` for unknown workspaces, and the refusals of `assertAllowed` */
  async create(caller: Caller, wanted: NewOperator, key: StoredKey): Promise<Operator> {
    const [row] = await this.named(
      wanted.name,
      () => this.prisma.$queryRaw<(Answer & { unknown: string[] })[]>`
      WITH ${onBehalfOf(caller)}, ${unknownWorkspaces(wanted.workspaceIds ?? [])}, ${created(wanted, key)}
      SELECT caller.refusal, unknown.ids AS unknown, created.*
      FROM caller LEFT JOIN unknown ON true LEFT JOIN created ON true`,
    );
    assertAllowed(row);
    return createdOperator(row);
  }

  /**
   * Like {@link create}, for a person at the server's console.
   *
   * @param by the part of the server that creates the operator, for the audit log
   * @throws DomainError `already-exists`, `invalid-request` for unknown workspaces
   */
  async createBySystem(by: string, wanted: NewOperator, key: StoredKey): Promise<Operator> {
    const [row] = await this.named(
      wanted.name,
      () => this.prisma.$queryRaw<(Partial<OperatorRow> & { unknown: string[] })[]>`
      WITH ${onBehalfOfSystem(by)}, ${unknownWorkspaces(wanted.workspaceIds ?? [])}, ${created(wanted, key)}
      SELECT unknown.ids AS unknown, created.* FROM unknown LEFT JOIN created ON true`,
    );
    if (row === undefined) throw new Error('the insert of an operator returned no row');
    return createdOperator(row);
  }

  /** @throws DomainError `not-found`, also for a deleted operator, and the refusals of `assertAllowed` */
  async find(caller: Caller, id: string): Promise<Operator> {
    const [row] = await this.prisma.$queryRaw<Answer[]>`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, found.*
      FROM caller LEFT JOIN (SELECT ${OPERATOR_COLUMNS} FROM public.operators WHERE deleted_at IS NULL) AS found
        ON caller.refusal IS NULL AND found.id = ${id}::uuid`;
    assertAllowed(row);
    if (!isOperatorRow(row)) throw new OperatorNotFoundError();
    return toOperator(row);
  }

  /** @throws DomainError the refusals of `assertAllowed` */
  async findSelf(caller: Caller): Promise<OperatorSelf> {
    const [row] = await this.prisma.$queryRaw<(Answer & { permissions: OperatorPermission[] })[]>`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, public.operator_permissions(self.role) AS permissions, self.*
      FROM caller LEFT JOIN (SELECT ${OPERATOR_COLUMNS} FROM public.operators) AS self ON self.id = caller.id`;
    assertAllowed(row);
    if (!isOperatorRow(row)) throw new Error('an authorized operator has no row');
    const { id, name, role, workspaceIds, keyId, kid, identity, keyExpiresAt, lastUsedAt } = toOperator(row);
    return {
      id,
      name,
      role,
      permissions: row.permissions,
      workspaceIds,
      keyId,
      kid,
      identity,
      keyExpiresAt,
      lastUsedAt,
    };
  }

  /** Newest first, without deleted operators. */
  async list(
    caller: Caller,
    {
      name,
      search,
      role = null,
    }: { name?: string | undefined; search?: string | undefined; role?: OperatorRole | null | undefined },
    page: PageRange,
  ): Promise<ListPart<Operator>> {
    const rows = await this.prisma.$queryRaw<(Answer & BoundedRow)[]>`
      WITH ${onBehalfOf(caller)},
      listed AS MATERIALIZED (
        SELECT ${OPERATOR_COLUMNS}
        FROM (SELECT o.* FROM public.operators AS o, caller WHERE caller.refusal IS NULL) AS o
        WHERE o.deleted_at IS NULL AND ${isGiven('o.name', name)} AND ${beginsWith(['o.name'], search)}
          AND (${role}::public.operator_role IS NULL OR o.role = ${role}::public.operator_role) AND ${comesAfter(Prisma.sql`o`, page.after)}
        ORDER BY o.created_at DESC, o.id DESC
        LIMIT ${page.limit + 1}::int
      ),
      ${boundedPage(NEWEST_FIRST, page.limit)}
      SELECT caller.refusal, page.* FROM caller LEFT JOIN page ON true ORDER BY page.place`;
    assertAllowed(rows[0]);
    return listedFrom(rows, isOperatorRow<Answer & BoundedRow>, toOperator);
  }

  /** @throws DomainError `not-found`, `last-admin`, `already-exists`, `invalid-request`, and the refusals of `assertAllowed` */
  async change(caller: Caller, id: string, wanted: OperatorChange): Promise<Operator> {
    const { name = null, role = null, workspaceIds, keyExpiresAt, allowedNetworks } = wanted;
    const [row] = await this.named(
      wanted.name,
      () => this.prisma.$queryRaw<
        (Answer & {
          unknown: string[];
          demoted: boolean | null;
          limited: boolean | null;
          unscoped: boolean | null;
          has_other_admin: boolean;
        })[]
      >`
      WITH ${onBehalfOf(caller)}, ${unknownWorkspaces(workspaceIds ?? [])}, ${withAdminsLocked(id)},
      wanted AS MATERIALIZED (
        SELECT target.id, coalesce(${name}, target.name) AS name, next.role,
          CASE
            WHEN next.role = 'ADMIN' THEN NULL
            WHEN ${workspaceIds !== undefined} THEN ${workspaceIds ?? null}::uuid[]
            ELSE target.workspace_ids
          END AS workspace_ids,
          CASE WHEN ${keyExpiresAt !== undefined} THEN ${keyExpiresAt ?? null}::timestamptz ELSE target.key_expires_at END
            AS key_expires_at,
          ${allowedNetworks === undefined ? Prisma.sql`target.allowed_networks` : networks(allowedNetworks)} AS allowed_networks,
          target.role = 'ADMIN' AND next.role <> 'ADMIN' AS demoted,
          next.role = 'ADMIN' AND ${workspaceIds ?? null}::uuid[] IS NOT NULL AS limited,
          target.role = 'ADMIN' AND next.role <> 'ADMIN' AND ${workspaceIds === undefined} AS unscoped
        FROM target, LATERAL (SELECT coalesce(${role}::public.operator_role, target.role) AS role) AS next
      ),
      changed AS (
        UPDATE public.operators AS o
        SET name = wanted.name, role = wanted.role, workspace_ids = wanted.workspace_ids,
          key_expires_at = wanted.key_expires_at, allowed_networks = wanted.allowed_networks, updated_at = ${STATEMENT_TIME}
        FROM wanted, others, unknown, ctx
        WHERE ctx.ready AND o.id = wanted.id AND o.deleted_at IS NULL AND unknown.ids = '{}' AND NOT wanted.limited
          AND NOT wanted.unscoped
          AND (others.has_admin OR NOT wanted.demoted)
          AND (o.name, o.role, o.workspace_ids, o.key_expires_at, o.allowed_networks)
            IS DISTINCT FROM (wanted.name, wanted.role, wanted.workspace_ids, wanted.key_expires_at, wanted.allowed_networks)
        RETURNING o.*
      ),
      present AS (
        SELECT ${OPERATOR_COLUMNS} FROM changed
        UNION ALL
        SELECT ${OPERATOR_COLUMNS} FROM target WHERE NOT EXISTS (SELECT FROM changed)
      )
      SELECT caller.refusal, unknown.ids AS unknown, wanted.demoted, wanted.limited, wanted.unscoped,
        others.has_admin AS has_other_admin,
        present.*
      FROM caller LEFT JOIN unknown ON true LEFT JOIN others ON true LEFT JOIN wanted ON true LEFT JOIN present ON true`,
    );
    assertAllowed(row);
    if (!isOperatorRow(row)) throw new OperatorNotFoundError();
    assertNoneUnknown(row.unknown);
    if (row.limited === true) throw new AdminLimitedError();
    if (row.unscoped === true) throw new WorkspacesMissingError();
    if (row.demoted === true && !row.has_other_admin) throw new LastAdminError();
    return toOperator(row);
  }

  /**
   * Deletes the operator. Does nothing if it is already deleted.
   *
   * @throws DomainError `not-found`, `last-admin`, and the refusals of `assertAllowed`
   */
  async delete(caller: Caller, id: string): Promise<void> {
    const [row] = await this.prisma.$queryRaw<
      { refusal: string | null; known: boolean; target_id: string | null; has_other_admin: boolean }[]
    >`
      WITH ${onBehalfOf(caller)}, ${withAdminsLocked(id)},
      deleted AS (
        UPDATE public.operators AS o
        SET deleted_at = ${STATEMENT_TIME}, updated_at = ${STATEMENT_TIME}
        FROM target, others, ctx
        WHERE ctx.ready AND others.has_admin AND o.id = target.id AND o.deleted_at IS NULL
      )
      SELECT caller.refusal, target.id AS target_id, others.has_admin AS has_other_admin,
        EXISTS (SELECT FROM public.operators WHERE id = ${id}::uuid) AS known
      FROM caller LEFT JOIN others ON true LEFT JOIN target ON true`;
    assertAllowed(row);
    if (!row.known) throw new OperatorNotFoundError();
    if (row.target_id !== null && !row.has_other_admin) throw new LastAdminError();
  }

  /**
   * Replaces the operator's current key with `key`, which gets the same lifetime.
   *
   * @throws DomainError `not-found`, `illegal-transition` for an operator without a key, and the refusals of `assertAllowed`
   */
  async replaceKey(caller: Caller, id: string, key: StoredKey): Promise<Operator> {
    const [row] = await this.prisma.$queryRaw<(Answer & { is_keyless: boolean })[]>`
      WITH ${onBehalfOf(caller)},
      changed AS (
        UPDATE public.operators AS o
        SET key_id = public.uuid_v7(), kid = ${key.kid}, secret_hash = ${key.secretHash}, key_created_at = ${STATEMENT_TIME},
          key_expires_at = ${STATEMENT_TIME} + (o.key_expires_at - o.key_created_at), updated_at = ${STATEMENT_TIME}
        FROM ctx WHERE ctx.ready AND o.id = ${id}::uuid AND o.deleted_at IS NULL AND o.kid IS NOT NULL
        RETURNING o.*
      )
      SELECT caller.refusal, changed.*,
        EXISTS (SELECT FROM public.operators AS o WHERE o.id = ${id}::uuid AND o.deleted_at IS NULL AND o.kid IS NULL) AS is_keyless
      FROM caller LEFT JOIN (SELECT ${OPERATOR_COLUMNS} FROM changed) AS changed ON true`;
    assertAllowed(row);
    if (row.is_keyless) throw new NoKeyToRotateError();
    if (!isOperatorRow(row)) throw new OperatorNotFoundError();
    return toOperator(row);
  }

  /**
   * Stores when operators last used a key. Of two times, the later one stays.
   *
   * @param uses how many ms ago, by operator id
   */
  async noteUses(uses: ReadonlyMap<string, number>): Promise<void> {
    await this.prisma.$queryRaw(storeLastUses({ table: 'operator_uses', column: 'operator_id' }, uses));
  }

  private async named<T>(name: string | undefined, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (violatedIndex(error) !== 'operators_name_key' || name === undefined) throw error;
      const [known] = await this.prisma.$queryRaw<{ id: string }[]>`
        SELECT id FROM public.operators WHERE name = ${name} AND deleted_at IS NULL`;
      throw new OperatorExistsError(name, known?.id);
    }
  }
}

/** The CTE `created`. */
function created(wanted: NewOperator, key: StoredKey): Prisma.Sql {
  return Prisma.sql`
    created AS (
      INSERT INTO public.operators (name, role, workspace_ids, key_id, kid, secret_hash, key_expires_at, allowed_networks)
      SELECT ${wanted.name}, ${wanted.role}::public.operator_role, ${wanted.workspaceIds}::uuid[], public.uuid_v7(),
        ${key.kid}, ${key.secretHash}, ${wanted.keyExpiresAt}::timestamptz, ${networks(wanted.allowedNetworks)}
      FROM ctx, unknown WHERE ctx.ready AND unknown.ids = '{}'
      RETURNING ${OPERATOR_COLUMNS}
    )`;
}

/**
 * The CTEs `target`, the operator `id` if it is not deleted, and `others`, whether another ADMIN with a key is left. An
 * ADMIN who signs in with the provider does not count: the provider can be away, or take the role back.
 *
 * Two administrators may delete or demote each other at once. So every such change first locks all ADMIN rows and its
 * own row. It locks them in the order of their ids, to prevent deadlocks. The transaction that waited sees each row as
 * the other one left it (READ COMMITTED checks a row again once it has the lock), and counts the remaining ones.
 */
function withAdminsLocked(id: string): Prisma.Sql {
  return Prisma.sql`
    locked AS MATERIALIZED (
      SELECT o.* FROM public.operators AS o, ctx
      WHERE ctx.ready AND o.deleted_at IS NULL AND (o.role = 'ADMIN' OR o.id = ${id}::uuid)
      ORDER BY o.id
      FOR UPDATE OF o
    ),
    target AS MATERIALIZED (SELECT * FROM locked WHERE id = ${id}::uuid),
    others AS MATERIALIZED (
      SELECT EXISTS (
        SELECT FROM locked
        WHERE role = 'ADMIN' AND kid IS NOT NULL AND id <> ${id}::uuid
          AND (key_expires_at IS NULL OR key_expires_at > ${STATEMENT_TIME})
      ) AS has_admin
    )`;
}

function createdOperator(row: Partial<OperatorRow> & { unknown: string[] }): Operator {
  assertNoneUnknown(row.unknown);
  if (!isOperatorRow(row)) throw new Error('the insert returned no operator');
  return toOperator(row);
}
