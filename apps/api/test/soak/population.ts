import type { Coordinator } from '../../src/coordinators/coordinator.js';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import type { Workspace } from '../../src/workspaces/workspace.js';
import type { Balancer, HeldKey } from './balancer.js';

const WORKSPACES = 200;
const COORDINATORS = 1_000;
/** Coordinators that send more than they may. The others have the default of 100 a minute. */
const LIMITED = 10;
/** Less than they can send in half a minute. */
export const LOW_LIMIT = 40;
/** Each replica hashes one key at a time, and verifies two. */
const AT_ONCE = 8;

export interface Member {
  id: string;
  workspaceIds: string[];
  rateLimitPerMinute: number | undefined;
  canRotate: boolean;
  key: HeldKey;
}

/**
 * 1,000 coordinators in 200 workspaces, registered through the API. Both replicas have verified each key once.
 *
 * @param admins each may send 600 requests a minute
 */
export async function populate(balancer: Balancer, admins: readonly string[]): Promise<Member[]> {
  const ask = async <Body>(at: number, path: string, body: object) =>
    (
      await balancer.send<Body>('set up', [201], {
        method: 'POST',
        path,
        body,
        key: admins[at % admins.length] ?? '',
      })
    ).body;

  const workspaces = await inTurn(WORKSPACES, (at) =>
    ask<Workspace>(at, '/admin/workspaces', {
      slug: `tenant-${at}`,
      name: `Tenant ${at}`,
      ...(at % 4 === 0 && { maxRunning: 3 }),
    }),
  );
  return await inTurn(COORDINATORS, async (at) => {
    // Every third one works for two tenants.
    const workspaceIds = [at, ...(at % 3 === 0 ? [at + 7] : [])].map(
      (it) => workspaces[it % WORKSPACES]?.id ?? '',
    );
    const rateLimitPerMinute = at < LIMITED ? LOW_LIMIT : undefined;
    const canRotate = at % 2 === 1;
    const { coordinator, key, apiKey } = await ask<{
      coordinator: Coordinator;
      key: CoordinatorKey;
      apiKey: string;
    }>(at, '/admin/coordinators', {
      name: `coordinator-${at}`,
      workspaceIds,
      ...(canRotate && { permissions: ['jobs:read', 'jobs:write', 'keys:rotate'] }),
      ...(at % 5 === 0 && { maxRunning: 2 }),
      ...(rateLimitPerMinute !== undefined && { rateLimitPerMinute }),
    });
    const held: HeldKey = { id: key.id, text: apiKey, state: 'live' };
    for (const replica of [0, 1]) {
      const request = { method: 'GET', path: '/coordinator/health', key: held, replica };
      await balancer.send('first request', [200], request);
    }
    return { id: coordinator.id, workspaceIds, rateLimitPerMinute, canRotate, key: held };
  });
}

/** Calls `make` for 0 to `count` - 1, some at a time. */
async function inTurn<T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) {
        const at = next;
        next += 1;
        made[at] = await make(at);
      }
    }),
  );
  return made;
}
