import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { ListPart, PageRange } from '../common/pagination/page.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { violatedIndex } from '../database/database-errors.js';
import { beginsWith, comesAfter, isGiven, NEWEST_FIRST } from '../database/keyset.js';
import { changeLocked } from '../database/locked-change.js';
import { type BoundedRow, boundedPage, listedFrom } from '../database/page-bytes.js';
import { type PrismaService, RESERVED_PRISMA } from '../database/prisma.service.js';
import { STATEMENT_TIME } from '../database/statement-time.js';
import { Prisma } from '../generated/prisma/client.js';
import type { NewWorkspace, Workspace, WorkspaceChange, WorkspaceTriggers } from './workspace.js';
import { isWorkspaceRow, toWorkspace, type WorkspaceRow } from './workspace-row.js';
import { WorkspaceExistsError, WorkspaceNotFoundError } from './workspaces.errors.js';

type Answer = Partial<WorkspaceRow> & { refusal: string | null };

/** The order of `owned`, the same on every database. */
const ALPHABETICAL = Prisma.sql`owned.repository COLLATE "C"`;

const REPOSITORIES = Prisma.sql`ARRAY(
  SELECT owned.repository FROM public.workspace_repositories AS owned
  WHERE owned.workspace_id = workspace.id ORDER BY ${ALPHABETICAL})`;

/** Of `workspace`, as far as they are known. */
const REPOSITORY_IDS = Prisma.sql`(
  SELECT coalesce(jsonb_agg(
    jsonb_build_object('repository', owned.repository, 'forge', owned.forge, 'id', owned.forge_id) ORDER BY ${ALPHABETICAL}), '[]')
  FROM public.workspace_repositories AS owned WHERE owned.workspace_id = workspace.id AND owned.forge_id IS NOT NULL)`;

const sorted = (repositories: readonly string[]) =>
  Prisma.sql`ARRAY(SELECT owned.repository FROM unnest(${repositories}::text[]) AS owned (repository) ORDER BY ${ALPHABETICAL})`;

@Injectable()
export class WorkspacesRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /** @throws DomainError `already-exists`, and the refusals of `assertAllowed` */
  create(caller: Caller, wanted: NewWorkspace): Promise<Workspace> {
    return this.translated(caller, wanted, async () => {
      const [row] = await this.prisma.$queryRaw<(Answer & { taken: string[] })[]>`
        WITH ${onBehalfOf(caller)}, ${takenRepositories(wanted.id, wanted.repositories)},
        workspace AS (
          INSERT INTO public.workspaces (id, slug, name, trigger_who, trigger_assignees, trigger_on_open, max_running)
          SELECT coalesce(${wanted.id}::uuid, public.uuid_v7()), ${wanted.slug}, ${wanted.name}, ${wanted.triggers.who},
            ${wanted.triggers.assignees}::text[], ${wanted.triggers.onOpen}, ${wanted.maxRunning}::int
          FROM ctx, taken
          WHERE ctx.ready AND taken.repositories = '{}'
          RETURNING *
        ),
        given AS (
          INSERT INTO public.workspace_repositories (repository, workspace_id)
          SELECT repository, workspace.id FROM workspace, unnest(${wanted.repositories}::text[]) AS repository
        )
        SELECT caller.refusal, taken.repositories AS taken, workspace.*, ${sorted(wanted.repositories)} AS repositories,
          '[]'::jsonb AS repository_ids
        FROM caller LEFT JOIN workspace ON true LEFT JOIN taken ON true`;
      assertAllowed(row);
      if (row.taken.length > 0) throw await this.existing(caller, 'repositories', row.taken);
      if (!isWorkspaceRow(row)) throw new Error('the insert returned no workspace');
      return toWorkspace(row);
    });
  }

  /** @throws DomainError `not-found`, and the refusals of `assertAllowed` */
  async find(caller: Caller, id: string): Promise<Workspace> {
    const [row] = await this.prisma.$queryRaw<Answer[]>`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, workspace.*, ${REPOSITORIES} AS repositories, ${REPOSITORY_IDS} AS repository_ids
      FROM caller LEFT JOIN public.workspaces AS workspace ON caller.refusal IS NULL AND workspace.id = ${id}::uuid`;
    assertAllowed(row);
    if (!isWorkspaceRow(row)) throw new WorkspaceNotFoundError();
    return toWorkspace(row);
  }

  /** Newest first. */
  async list(
    caller: Caller,
    { slug, search }: { slug?: string | undefined; search?: string | undefined },
    page: PageRange,
  ): Promise<ListPart<Workspace>> {
    const rows = await this.prisma.$queryRaw<(Answer & BoundedRow)[]>`
      WITH ${onBehalfOf(caller)},
      listed AS MATERIALIZED (
        SELECT workspace.*, ${REPOSITORIES} AS repositories, ${REPOSITORY_IDS} AS repository_ids
        FROM public.workspaces AS workspace, caller
        WHERE caller.refusal IS NULL AND ${isGiven('workspace.slug', slug)}
          AND ${beginsWith(['workspace.slug', 'workspace.name'], search)} AND ${comesAfter(Prisma.sql`workspace`, page.after)}
        ORDER BY workspace.created_at DESC, workspace.id DESC
        LIMIT ${page.limit + 1}::int
      ),
      ${boundedPage(NEWEST_FIRST, page.limit)}
      SELECT caller.refusal, page.* FROM caller LEFT JOIN page ON true ORDER BY page.place`;
    assertAllowed(rows[0]);
    return listedFrom(rows, isWorkspaceRow<Answer & BoundedRow>, toWorkspace);
  }

  /**
   * Locks the row first, because the change replaces the set of repositories.
   *
   * @throws DomainError `not-found`, `already-exists`, and the refusals of `assertAllowed`
   */
  change(caller: Caller, id: string, wanted: WorkspaceChange): Promise<Workspace> {
    return this.translated(caller, wanted, async () => {
      const row = await changeLocked<Answer & { taken: string[] }>(this.prisma, {
        caller,
        table: 'workspaces',
        id,
        statement: Prisma.sql`
          WITH ${onBehalfOf(caller)}, ${takenRepositories(id, wanted.repositories ?? [])},
          found AS MATERIALIZED (
            SELECT workspace.*, ${REPOSITORIES} AS repositories, ${REPOSITORY_IDS} AS repository_ids
            FROM public.workspaces AS workspace, ctx
            WHERE ctx.ready AND workspace.id = ${id}::uuid
          ),
          wanted AS MATERIALIZED (
            SELECT found.id, coalesce(${wanted.slug ?? null}, found.slug) AS slug, coalesce(${wanted.name ?? null}, found.name) AS name,
              ${wanted.repositories === undefined ? Prisma.sql`found.repositories` : sorted(wanted.repositories)} AS repositories,
              ${settings(wanted.triggers)},
              CASE WHEN ${wanted.maxRunning === undefined}::boolean THEN found.max_running ELSE ${wanted.maxRunning ?? null}::int END AS max_running
            FROM found, taken WHERE taken.repositories = '{}'
          ),
          changed AS (
            UPDATE public.workspaces AS workspace
            SET slug = wanted.slug, name = wanted.name, trigger_who = wanted.trigger_who,
              trigger_assignees = wanted.trigger_assignees, trigger_on_open = wanted.trigger_on_open,
              max_running = wanted.max_running, updated_at = ${STATEMENT_TIME}
            FROM wanted JOIN found USING (id)
            WHERE workspace.id = wanted.id
              AND (wanted.slug, wanted.name, wanted.trigger_who, wanted.trigger_assignees, wanted.trigger_on_open, wanted.max_running)
                IS DISTINCT FROM (found.slug, found.name, found.trigger_who, found.trigger_assignees, found.trigger_on_open, found.max_running)
            RETURNING workspace.*
          ),
          dropped AS (
            DELETE FROM public.workspace_repositories AS owned USING wanted
            WHERE owned.workspace_id = wanted.id AND owned.repository <> ALL (wanted.repositories)
          ),
          added AS (
            INSERT INTO public.workspace_repositories (repository, workspace_id)
            SELECT repository, found.id
            FROM found JOIN wanted USING (id), unnest(wanted.repositories) AS repository
            WHERE repository <> ALL (found.repositories)
          )
          SELECT caller.refusal, taken.repositories AS taken, found.id, wanted.slug, wanted.name, wanted.repositories,
            wanted.trigger_who, wanted.trigger_assignees, wanted.trigger_on_open, wanted.max_running,
            (SELECT coalesce(jsonb_agg(known.it ORDER BY known.place), '[]')
              FROM jsonb_array_elements(found.repository_ids) WITH ORDINALITY AS known (it, place)
              WHERE known.it ->> 'repository' = ANY (wanted.repositories)) AS repository_ids, found.created_at, coalesce(changed.updated_at, found.updated_at) AS updated_at
          FROM caller LEFT JOIN taken ON true LEFT JOIN found ON true LEFT JOIN wanted ON true LEFT JOIN changed ON true`,
      });
      if (row.id === null) throw new WorkspaceNotFoundError();
      if (row.taken.length > 0) throw await this.existing(caller, 'repositories', row.taken);
      if (!isWorkspaceRow(row)) throw new Error('the change returned no workspace');
      return toWorkspace(row);
    });
  }

  /**
   * Runs a write. If another transaction took a repository first, the write is run again. It then sees what is taken,
   * and the error can name it.
   */
  private async translated<T>(
    caller: Caller,
    wanted: { id?: string | null; slug: string | undefined },
    write: () => Promise<T>,
  ): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await write();
      } catch (error) {
        switch (violatedIndex(error)) {
          case 'workspaces_pkey':
            throw await this.existing(caller, 'id', [wanted.id ?? '']);
          case 'workspaces_slug_key':
            throw await this.existing(caller, 'slug', [wanted.slug ?? '']);
          case 'workspace_repositories_pkey':
            if (tries < 3) continue;
        }
        throw error;
      }
    }
  }

  /** The error, with the id of the workspace that has the first of the values. */
  private async existing(
    caller: Caller,
    member: 'id' | 'slug' | 'repositories',
    values: readonly string[],
  ): Promise<WorkspaceExistsError> {
    const [value = ''] = values;
    const [row] = await this.prisma.rows<Answer & { existing_id: string | null }>(Prisma.sql`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, coalesce(
        (SELECT id FROM public.workspaces WHERE slug = ${value} AND ${member} = 'slug' OR id::text = ${value} AND ${member} = 'id'),
        (SELECT workspace_id FROM public.workspace_repositories WHERE repository = ${value} AND ${member} = 'repositories')
      ) AS existing_id
      FROM caller`);
    assertAllowed(row);
    return new WorkspaceExistsError(member, values, row.existing_id ?? undefined);
  }
}

/** The CTE `taken`: those of `repositories` that belong to a workspace other than `id`. */
function takenRepositories(id: string | null, repositories: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    taken AS MATERIALIZED (
      SELECT ARRAY(
        SELECT owned.repository FROM public.workspace_repositories AS owned, ctx
        WHERE ctx.ready AND owned.repository = ANY (${repositories}::text[])
          AND owned.workspace_id IS DISTINCT FROM ${id}::uuid
        ORDER BY ${ALPHABETICAL}) AS repositories
    )`;
}

/** The settings as columns: those that are given, and the others as in `found`. */
function settings({ who, assignees, onOpen }: Partial<WorkspaceTriggers>): Prisma.Sql {
  return Prisma.sql`coalesce(${who ?? null}::text, found.trigger_who) AS trigger_who,
    CASE WHEN ${assignees === undefined}::boolean THEN found.trigger_assignees ELSE ${assignees ?? null}::text[] END AS trigger_assignees,
    coalesce(${onOpen ?? null}::boolean, found.trigger_on_open) AS trigger_on_open`;
}
