import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { type Page, readPage } from '../common/pagination/page.js';
import { RightsDrain } from '../database/rights-drain.js';
import type {
  CreateWorkspaceRequest,
  GivenTriggers,
  UpdateWorkspaceRequest,
  VisibleWorkspacesQuery,
  WorkspacesQuery,
} from './dto/workspace.requests.js';
import { VisibleWorkspacesRepository } from './visible-workspaces.repository.js';
import type { VisibleWorkspace, Workspace, WorkspaceTriggers } from './workspace.js';
import { WorkspacesRepository } from './workspaces.repository.js';

const DEFAULT_TRIGGERS: WorkspaceTriggers = { who: 'auto', assignees: null, onOpen: false };

@Injectable()
export class WorkspacesService {
  constructor(
    private readonly workspaces: WorkspacesRepository,
    private readonly visible: VisibleWorkspacesRepository,
    private readonly drain: RightsDrain,
  ) {}

  create(caller: Caller, body: CreateWorkspaceRequest): Promise<Workspace> {
    const { id, slug, name, repositories = [], triggers, maxRunning = null } = body;
    return this.workspaces.create(caller, {
      id: id ?? null,
      slug,
      name,
      repositories: normalized(repositories),
      triggers: { ...DEFAULT_TRIGGERS, ...settingsOf(triggers ?? {}) },
      maxRunning,
    });
  }

  find(caller: Caller, id: string): Promise<Workspace> {
    return this.workspaces.find(caller, id);
  }

  list(caller: Caller, query: WorkspacesQuery): Promise<Page<Workspace>> {
    return readPage(query, (range) => this.workspaces.list(caller, query, range));
  }

  listVisible(caller: Caller, query: VisibleWorkspacesQuery): Promise<Page<VisibleWorkspace>> {
    return readPage(query, (range) => this.visible.list(caller, query, range));
  }

  async change(caller: Caller, id: string, body: UpdateWorkspaceRequest): Promise<Workspace> {
    const { slug, name, repositories, triggers, maxRunning } = body;
    const workspace = await this.workspaces.change(caller, id, {
      slug,
      name,
      repositories: repositories === undefined ? undefined : normalized(repositories),
      triggers: settingsOf(triggers ?? {}),
      maxRunning,
    });
    // Removing a repository from the workspace withdraws a right: its deliveries no longer start jobs here. So does a
    // setting that lets fewer accounts start jobs, and a limit of RUNNING jobs, which a start that has begun may not know.
    if ((repositories ?? triggers ?? maxRunning ?? undefined) !== undefined) await this.drain.drain();
    return workspace;
  }
}

/** The given members only. */
function settingsOf({ who, assignees, onOpen }: GivenTriggers): Partial<WorkspaceTriggers> {
  return {
    ...(who !== undefined && { who: who ?? DEFAULT_TRIGGERS.who }),
    ...(assignees !== undefined && { assignees: assignees && normalized(assignees.map(withoutAt)) }),
    ...(onOpen !== undefined && { onOpen: onOpen ?? DEFAULT_TRIGGERS.onOpen }),
  };
}

/** The name as forges write it. */
function withoutAt(account: string): string {
  return account.replace(/^@/, '');
}

/** In lower case, without duplicates. */
function normalized(names: readonly string[]): string[] {
  return [...new Set(names.map((it) => it.toLowerCase()))];
}
