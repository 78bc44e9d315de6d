import { generateKey } from '@coordinator-registry/api/keys/key.js';
import { hashSecret } from '@coordinator-registry/api/keys/secret-hash.js';
import { type BenchCoordinator, insertCoordinators, insertRunningJobs } from '../stage/registry.js';
import type { Stage } from '../stage/stage.js';

/** One table that grows, in addition to the steps before. */
export interface Growth {
  name: string;
  grow(stage: Stage, coordinator: BenchCoordinator): Promise<void>;
}

const COORDINATORS = 20_000;
const JOBS = { from: 10_000_000, count: 500_000 };
const RECORDS = 500_000;

export const GROWTHS: Growth[] = [
  {
    name: `+ ${COORDINATORS.toLocaleString('en')} coordinators`,
    grow: async ({ registry }, { workspaceId }) => {
      const secretHash = await hashSecret('of no key');
      for (let made = 0; made < COORDINATORS; made += 1_000) {
        const keys = Array.from({ length: 1_000 }, () => ({ kid: generateKey('crk_').kid, secretHash }));
        await insertCoordinators(registry, workspaceId, keys);
      }
      await registry.query(
        'VACUUM ANALYZE public.coordinators, public.coordinator_keys, public.coordinator_workspaces',
      );
    },
  },
  {
    name: `+ ${JOBS.count.toLocaleString('en')} jobs`,
    grow: ({ registry }, coordinator) => insertRunningJobs(registry, coordinator, JOBS),
  },
  {
    name: `+ ${RECORDS.toLocaleString('en')} records in the log`,
    grow: async ({ registry }, { id, workspaceId }) => {
      await registry.query(
        `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_id, actor_name, key_id, action, outcome,
           workspace_id, resource_type, resource_id, rev, changes, request_id)
         SELECT public.uuid_v7(now()), date_trunc('milliseconds', now()), 'COORDINATOR', $1, 'bench', gen_random_uuid(),
           'job.progressed', 'SUCCESS', $2, 'job', gen_random_uuid(), 3,
           '{"tokensUsed": {"from": 1, "to": 2}, "progressPercent": {"from": 1, "to": 2}}', gen_random_uuid()::text
         FROM generate_series(1, $3::int)`,
        [id, workspaceId, RECORDS],
      );
      await registry.query('VACUUM ANALYZE public.audit_log');
    },
  },
];
