/** A tenant. Times are ISO 8601 in UTC. */
export interface Workspace {
  id: string;
  slug: string;
  name: string;
  /** `owner/repo` in lower case, in alphabetical order */
  repositories: string[];
  createdAt: string;
  /** of slug and name */
  updatedAt: string;
}

export interface NewWorkspace {
  /** null: the database makes one */
  id: string | null;
  slug: string;
  name: string;
  /** in lower case, each once */
  repositories: string[];
}

/** null: as it is. */
export interface WorkspaceChange {
  slug: string | null;
  name: string | null;
  /** the whole set, in lower case, each once */
  repositories: string[] | null;
}
