import { Inject, Injectable } from '@nestjs/common';
import { onBehalfOfSystem } from '../../database/audited-statement.js';
import { violatedIndex } from '../../database/database-errors.js';
import { type PrismaService, RESERVED_PRISMA } from '../../database/prisma.service.js';
import { STATEMENT_TIME } from '../../database/statement-time.js';
import type { Rights } from './claimed-rights.js';

/** A person, as the provider names it for good. */
export interface OidcIdentity {
  issuer: string;
  subject: string;
}

export interface OidcOperator {
  id: string;
  name: string;
  /** of the identity */
  keyId: string;
  isDeleted: boolean;
  /** the role or the workspaces of a known operator have changed */
  isChanged: boolean;
}

/** Who acts, for the audit log. */
const ACTOR = 'oidc';
/** Two first sign-ins at once, of one person or of two with one name, may meet: the second looks again. */
const ATTEMPTS = 5;

@Injectable()
export class OidcOperatorsRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /**
   * Gives the operator of this identity these rights. Creates it if the person has never signed in before; a name that is
   * taken gets a number. A deleted operator stays as it is.
   */
  async keep(identity: OidcIdentity, name: string, rights: Rights, requestId: string): Promise<OidcOperator> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.tryToKeep(identity, name, rights, requestId);
      } catch (error) {
        const index = violatedIndex(error);
        const hasMet = index === 'operators_name_key' || index === 'operators_oidc_key';
        if (!hasMet || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async tryToKeep(
    { issuer, subject }: OidcIdentity,
    name: string,
    { role, workspaceIds }: Rights,
    requestId: string,
  ): Promise<OidcOperator> {
    const [row] = await this.prisma.$queryRaw<OidcOperator[]>`
      WITH ${onBehalfOfSystem(ACTOR, requestId)},
      known AS MATERIALIZED (
        SELECT o.* FROM public.operators AS o, ctx
        WHERE ctx.ready AND o.oidc_issuer = ${issuer} AND o.oidc_subject = ${subject}
        FOR UPDATE OF o
      ),
      changed AS (
        UPDATE public.operators AS o
        SET role = ${role}::public.operator_role, workspace_ids = ${workspaceIds}::uuid[], updated_at = ${STATEMENT_TIME}
        FROM known, ctx
        WHERE ctx.ready AND o.id = known.id AND o.deleted_at IS NULL
          AND (o.role, o.workspace_ids) IS DISTINCT FROM (${role}::public.operator_role, ${workspaceIds}::uuid[])
        RETURNING o.id
      ),
      free AS MATERIALIZED (
        SELECT CASE number WHEN 1 THEN ${name} ELSE ${name} || ' (' || number || ')' END AS name
        FROM pg_catalog.generate_series(1, 1000) AS number
        WHERE NOT EXISTS (
          SELECT FROM public.operators AS o
          WHERE o.deleted_at IS NULL AND o.name = CASE number WHEN 1 THEN ${name} ELSE ${name} || ' (' || number || ')' END)
        ORDER BY number
        LIMIT 1
      ),
      created AS (
        INSERT INTO public.operators (name, role, workspace_ids, key_id, oidc_issuer, oidc_subject)
        SELECT free.name, ${role}::public.operator_role, ${workspaceIds}::uuid[], public.uuid_v7(), ${issuer}, ${subject}
        FROM ctx, free WHERE ctx.ready AND NOT EXISTS (SELECT FROM known)
        RETURNING id, name, key_id
      )
      SELECT id, name, key_id AS "keyId", deleted_at IS NOT NULL AS "isDeleted", EXISTS (SELECT FROM changed) AS "isChanged"
      FROM known
      UNION ALL
      SELECT id, name, key_id, false, false FROM created`;
    if (row === undefined) throw new Error('an operator of the provider was neither found nor created');
    return row;
  }

  /**
   * The operator of this identity, whose sessions end: the provider gives it no rights any more.
   *
   * @returns undefined: the person has never signed in
   */
  async endSessions({ issuer, subject }: OidcIdentity, requestId: string): Promise<OidcOperator | undefined> {
    const [row] = await this.prisma.$queryRaw<OidcOperator[]>`
      WITH ${onBehalfOfSystem(ACTOR, requestId)},
      known AS MATERIALIZED (
        SELECT o.* FROM public.operators AS o WHERE o.oidc_issuer = ${issuer} AND o.oidc_subject = ${subject}
      ),
      ended AS (
        UPDATE public.operator_sessions AS session SET ended_at = ${STATEMENT_TIME}, end_reason = 'not-mapped'
        FROM known, ctx WHERE ctx.ready AND session.operator_id = known.id AND session.ended_at IS NULL
        RETURNING session.id
      )
      SELECT id, name, key_id AS "keyId", deleted_at IS NOT NULL AS "isDeleted", EXISTS (SELECT FROM ended) AS "isChanged"
      FROM known`;
    return row;
  }
}
