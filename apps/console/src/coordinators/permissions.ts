import type { CoordinatorPermission } from '../generated/schema';
import { keysOf } from '../shared/keys-of';

export const PERMISSION_TEXTS: Record<CoordinatorPermission, { name: string; text: string }> = {
  'jobs:read': { name: 'Read jobs', text: 'Lists and reads jobs of its workspaces.' },
  'jobs:write': { name: 'Write jobs', text: 'Creates, claims and reports jobs.' },
  'stitcher:dispatch': { name: 'Dispatch', text: 'Creates jobs for issues, and takes deliveries of forges.' },
  'keys:rotate': {
    name: 'Rotate its key',
    text: 'Replaces its own key. A leaked key can then make further keys.',
  },
};

export const PERMISSIONS = keysOf(PERMISSION_TEXTS);
export const FIRST_PERMISSIONS: CoordinatorPermission[] = ['jobs:read', 'jobs:write', 'stitcher:dispatch'];
