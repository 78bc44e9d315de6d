export const COORDINATOR_PERMISSIONS = [
  'jobs:read',
  'jobs:write',
  'stitcher:dispatch',
  'keys:rotate',
] as const;
export type CoordinatorPermission = (typeof COORDINATOR_PERMISSIONS)[number];

/** What a registration grants that names no permissions. `keys:rotate` is granted only by name. */
export const DEFAULT_PERMISSIONS: readonly CoordinatorPermission[] = [
  'jobs:read',
  'jobs:write',
  'stitcher:dispatch',
];

export const COORDINATOR_STATUSES = ['ACTIVE', 'SUSPENDED'] as const;
export type CoordinatorStatus = (typeof COORDINATOR_STATUSES)[number];

/** An external service that works on jobs. Times are ISO 8601 in UTC. */
export interface Coordinator {
  id: string;
  name: string;
  status: CoordinatorStatus;
  permissions: CoordinatorPermission[];
  /** requests within any minute, over all its keys */
  rateLimitPerMinute: number;
  /** RUNNING jobs at the same time; null: any number */
  maxRunning: number | null;
  /** CIDR networks from which it may call; empty: from anywhere */
  allowedNetworks: string[];
  /** the workspaces that it may touch */
  workspaceIds: string[];
  createdAt: string;
  /** last change of the members above, except `workspaceIds` */
  updatedAt: string;
}

/** A coordinator in the list, with what its keys and jobs do now. */
export interface ListedCoordinator extends Coordinator {
  /** keys that are accepted */
  liveKeys: number;
  /** the first end of one of them; null: none ends */
  nextKeyExpiresAt: string | null;
  /** last use of any of its keys, to about a minute; null: never */
  lastUsedAt: string | null;
  /** RUNNING jobs, counted up to 1,000 */
  running: number;
}

/** Deleted coordinators stay in the log and in jobs. */
export const VISIBLE_STATUSES = [...COORDINATOR_STATUSES, 'DELETED'] as const;

/** What every operator may see of a coordinator in its reach. */
export interface VisibleCoordinator {
  id: string;
  name: string;
  status: (typeof VISIBLE_STATUSES)[number];
  createdAt: string;
}

/** What happens to the RUNNING jobs of a coordinator when it is deleted or suspended. */
export const RUNS_ENDS = ['leave', 'requeue', 'cancel'] as const;
export type RunsEnd = (typeof RUNS_ENDS)[number];

export interface NewCoordinator {
  name: string;
  workspaceIds: string[];
  permissions: readonly CoordinatorPermission[];
  rateLimitPerMinute: number;
  maxRunning: number | null;
  allowedNetworks: string[];
}

/** undefined: unchanged. A set is replaced as a whole. */
export interface CoordinatorChange {
  name: string | undefined;
  status: CoordinatorStatus | undefined;
  workspaceIds: string[] | undefined;
  permissions: CoordinatorPermission[] | undefined;
  rateLimitPerMinute: number | undefined;
  maxRunning: number | null | undefined;
  allowedNetworks: string[] | undefined;
}
