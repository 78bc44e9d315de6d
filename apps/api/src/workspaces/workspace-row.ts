import type { RowOf } from '../database/row.js';
import type { Workspace as WorkspaceModel } from '../generated/prisma/client.js';
import type { RepositoryId, Workspace, WorkspaceTriggers } from './workspace.js';

export interface WorkspaceRow
  extends RowOf<
    WorkspaceModel,
    'id' | 'slug' | 'name' | 'triggerOnOpen' | 'maxRunning' | 'createdAt' | 'updatedAt'
  > {
  repositories: string[];
  repository_ids: RepositoryId[];
  trigger_who: WorkspaceTriggers['who'];
  /** null in the database; the model cannot say that of an array */
  trigger_assignees: string[] | null;
}

export function isWorkspaceRow<Row extends Partial<WorkspaceRow>>(row: Row): row is Row & WorkspaceRow {
  return typeof row.id === 'string';
}

export function toWorkspace(row: WorkspaceRow): Workspace {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    repositories: row.repositories,
    repositoryIds: row.repository_ids,
    triggers: { who: row.trigger_who, assignees: row.trigger_assignees, onOpen: row.trigger_on_open },
    maxRunning: row.max_running,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
