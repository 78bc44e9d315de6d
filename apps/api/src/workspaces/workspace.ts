/** Whose mention or assignment starts work: see {@link WorkspaceTriggers}. */
export const TRIGGER_WHO = ['auto', 'collaborators', 'anyone'] as const;

/** What starts work in a workspace. The platform's own bot is trusted, whatever stands here. */
export interface WorkspaceTriggers {
  /**
   * `collaborators`: an author whom the forge calls OWNER, MEMBER or COLLABORATOR. `auto`: the same if the forge says it (GitHub), else anyone
   * whom the forge lets write (Gitea).
   */
  who: (typeof TRIGGER_WHO)[number];
  /** accounts, in lower case, whose assignment starts work; null: any account's */
  assignees: string[] | null;
  /** whether a mention in the text of a new issue starts work */
  onOpen: boolean;
}

/** A repository as its forge numbers it. */
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
  /** of the repositories whose number a delivery has shown */
  repositoryIds: RepositoryId[];
  triggers: WorkspaceTriggers;
  createdAt: string;
  /** of slug, name and triggers */
  updatedAt: string;
}

export interface NewWorkspace {
  /** null: the database makes one */
  id: string | null;
  slug: string;
  name: string;
  /** in lower case, each once */
  repositories: string[];
  triggers: WorkspaceTriggers;
}

/** null: as it is. */
export interface WorkspaceChange {
  slug: string | null;
  name: string | null;
  /** the whole set, in lower case, each once */
  repositories: string[] | null;
  triggers: WorkspaceTriggers | null;
}
