/** Which accounts may start jobs with a mention or assignment; see {@link WorkspaceTriggers}. */
export const TRIGGER_WHO = ['auto', 'collaborators', 'anyone'] as const;

/** What starts jobs in a workspace. The platform's own bot is always trusted, whatever the settings. */
export interface WorkspaceTriggers {
  /**
   * `collaborators`: authors whom the forge calls OWNER, MEMBER or COLLABORATOR. `auto`: the same if the forge reports
   * this (GitHub), otherwise everyone whom the forge lets write (Gitea).
   */
  who: (typeof TRIGGER_WHO)[number];
  /** accounts whose assignment starts a job, in lower case; null: any account */
  assignees: string[] | null;
  /** whether a mention in the text of a new issue starts a job */
  onOpen: boolean;
}

/** A repository with the id that its forge gives it. */
export interface RepositoryId {
  /** `owner/repo` in lower case */
  repository: string;
  /** the host of the forge */
  forge: string;
  id: number;
}

/** A tenant. Times are ISO 8601 in UTC. */
export interface Workspace {
  id: string;
  slug: string;
  name: string;
  /** `owner/repo` in lower case, in alphabetical order */
  repositories: string[];
  /** of the repositories whose id is known from a delivery */
  repositoryIds: RepositoryId[];
  triggers: WorkspaceTriggers;
  /** RUNNING jobs at the same time; null: any number */
  maxRunning: number | null;
  createdAt: string;
  /** of slug, name, triggers and maxRunning */
  updatedAt: string;
}

/** What an operator sees of a workspace in its reach. */
export interface VisibleWorkspace
  extends Pick<Workspace, 'id' | 'slug' | 'name' | 'maxRunning' | 'createdAt'> {
  /** jobs, counted up to 1,000 */
  running: number;
  pending: number;
}

export interface NewWorkspace {
  /** null: the database generates one */
  id: string | null;
  slug: string;
  name: string;
  /** in lower case, without duplicates */
  repositories: string[];
  triggers: WorkspaceTriggers;
  maxRunning: number | null;
}

/** undefined: unchanged. */
export interface WorkspaceChange {
  slug: string | undefined;
  name: string | undefined;
  /** the whole set, in lower case, without duplicates */
  repositories: string[] | undefined;
  /** undefined members: unchanged */
  triggers: Partial<WorkspaceTriggers>;
  maxRunning: number | null | undefined;
}
