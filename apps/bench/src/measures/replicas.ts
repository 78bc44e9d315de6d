import type autocannon from 'autocannon';
import { playHttp } from '../load/http-load.js';
import { PROGRESSED, progressRequest } from '../load/job-requests.js';
import { interleave, type Pace, type Round, rate, ratio } from '../rounds.js';
import { type Served, startProduct } from '../stage/processes.js';
import { insertRunningJobs, jobId, registerCoordinator } from '../stage/registry.js';
import type { Stage } from '../stage/stage.js';

const CONNECTIONS = 64;

type Tell = (line: string) => void;

/**
 * How much more two replicas over one PostgreSQL do than one, with the same number of connections. All share this
 * machine, with the load too.
 */
export async function measureReplicas(stage: Stage, pace: Pace, tell: Tell): Promise<void> {
  const coordinator = await registerCoordinator(stage.registry);
  await insertRunningJobs(stage.registry, coordinator, PROGRESSED);
  const replicas = [await startProduct(stage.dataDir), await startProduct(stage.dataDir)];
  const requests: [string, () => autocannon.Request][] = [
    ['progress of a job', () => progressRequest(coordinator.key)],
    ['read of a job', () => readRequest(coordinator.key)],
  ];
  try {
    for (const [name, request] of requests) {
      const entries = [replicas.slice(0, 1), replicas].map((used) => ({
        name: `${name}, ${used.length} of the replicas`,
        play: (seconds: number) => playAll(used, request, seconds),
      }));
      const [one, two] = await interleave(entries, pace, tell);
      if (one === undefined || two === undefined) throw new Error('nothing was measured');
      const { median, min, max } = ratio(two, one);
      tell(
        `${name}: one ${Math.round(rate(one).median)}/s, two ${Math.round(rate(two).median)}/s; ` +
          `ratio ${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`,
      );
    }
  } finally {
    await Promise.all(replicas.map((it) => it.stop()));
  }
}

function readRequest(key: string): autocannon.Request {
  let next = 0;
  return {
    method: 'GET',
    path: '/',
    headers: { 'x-api-key': key },
    setupRequest: (request) => {
      next += 1;
      request.path = `/coordinator/jobs/${jobId(PROGRESSED.from + (next % PROGRESSED.count))}`;
      return request;
    },
  };
}

/** The connections are divided among the replicas. */
async function playAll(
  replicas: readonly Served[],
  request: () => autocannon.Request,
  seconds: number,
): Promise<Round> {
  const connections = CONNECTIONS / replicas.length;
  const rounds = await Promise.all(
    replicas.map(({ url, pid }) => playHttp({ url, pid, connections, request: request() }, seconds)),
  );
  return {
    perSecond: rounds.reduce((sum, it) => sum + it.perSecond, 0),
    answers: rounds.reduce((sum, it) => sum + it.answers, 0),
  };
}
