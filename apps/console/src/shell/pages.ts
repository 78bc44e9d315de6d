import type { OperatorPermission } from '../generated/schema';
import type { IconName } from '../shared/Icon';

export interface PageEntry {
  name: string;
  to: string;
  icon: IconName;
  /** pressed after `g` */
  key: string;
  /** without it the page is absent */
  permission?: OperatorPermission;
}

/** The pages of the sidebar, in its order. */
export const PAGES: readonly PageEntry[] = [
  { name: 'Overview', to: '/', icon: 'overview', key: 'o' },
  { name: 'Jobs', to: '/jobs', icon: 'jobs', key: 'j', permission: 'operator-jobs:read' },
  { name: 'Audit log', to: '/log', icon: 'log', key: 'l', permission: 'audit:read' },
  { name: 'Coordinators', to: '/coordinators', icon: 'coordinators', key: 'c', permission: 'system:admin' },
  { name: 'Keys', to: '/keys', icon: 'keys', key: 'k', permission: 'system:admin' },
  { name: 'Workspaces', to: '/workspaces', icon: 'workspaces', key: 'w' },
  { name: 'Operators', to: '/operators', icon: 'operators', key: 'p', permission: 'system:admin' },
  { name: 'Sessions', to: '/sessions', icon: 'sessions', key: 's' },
];
