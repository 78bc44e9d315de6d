export const COORDINATOR_PERMISSIONS = ['jobs:read', 'jobs:write', 'stitcher:dispatch'] as const;
export type CoordinatorPermission = (typeof COORDINATOR_PERMISSIONS)[number];

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
  /** CIDR networks from which it may call; empty: from anywhere */
  allowedNetworks: string[];
  /** the workspaces that it may touch */
  workspaceIds: string[];
  createdAt: string;
  /** last change of the members above, except `workspaceIds` */
  updatedAt: string;
}

/** What happens to the RUNNING jobs of a coordinator when it is deleted or suspended. */
export const RUNS_ENDS = ['leave', 'requeue', 'cancel'] as const;
export type RunsEnd = (typeof RUNS_ENDS)[number];

export interface NewCoordinator {
  name: string;
  workspaceIds: string[];
  permissions: readonly CoordinatorPermission[];
  rateLimitPerMinute: number;
  allowedNetworks: string[];
}

/** undefined: unchanged. A set is replaced as a whole. */
export interface CoordinatorChange {
  name: string | undefined;
  status: CoordinatorStatus | undefined;
  workspaceIds: string[] | undefined;
  permissions: CoordinatorPermission[] | undefined;
  rateLimitPerMinute: number | undefined;
  allowedNetworks: string[] | undefined;
}
