import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type HttpLoad, playHttp } from '../load/http-load.js';
import { PROGRESSED, progressRequest } from '../load/job-requests.js';
import { captureProgress } from '../measures/statement-alone.js';
import { startProduct } from '../stage/processes.js';
import { insertRunningJobs, registerCoordinator } from '../stage/registry.js';
import type { Stage } from '../stage/stage.js';
import { monotonicMicros, timeByPlace, type Window } from './cpu-profile.js';
import { type Explained, explain } from './explain.js';
import { GROWTHS } from './growth.js';

const CONNECTIONS = 16;
const EXPLAINED = 300;

/** Measures where the time of one request goes, in the server and in Postgres, and how it grows with the stored data. */
export async function profile(
  stage: Stage,
  seconds: number,
  { growing }: { growing: boolean },
  tell: (line: string) => void,
): Promise<void> {
  const coordinator = await registerCoordinator(stage.registry);
  await insertRunningJobs(stage.registry, coordinator, PROGRESSED);
  const directory = join(stage.dataDir, 'profiles');
  const server = await startProduct(stage.dataDir, {
    nodeOptions: ['--cpu-prof', `--cpu-prof-dir=${directory}`, '--cpu-prof-interval=250'],
  });
  const health = { path: '/coordinator/health', headers: { 'x-api-key': coordinator.key } };
  const loads: [string, HttpLoad][] = [
    ['GET /coordinator/health', { ...server, connections: CONNECTIONS, request: health }],
    ['progress of a job', { ...server, connections: CONNECTIONS, request: progressRequest(coordinator.key) }],
  ];
  const played: { name: string; window: Window; answers: number; postgres: number | undefined }[] = [];
  for (const [name, load] of loads) {
    await playHttp(load, 2);
    const postgresBefore = await stage.postgresMicros();
    const from = monotonicMicros();
    const { answers, perSecond } = await playHttp(load, seconds);
    const window: Window = [from, monotonicMicros()];
    const postgresAfter = await stage.postgresMicros();
    const postgres =
      postgresBefore === undefined || postgresAfter === undefined
        ? undefined
        : postgresAfter - postgresBefore;
    played.push({ name, window, answers, postgres });
    tell(`${name}: ${Math.round(perSecond)}/s while being profiled`);
  }
  const { statement, markers } = await captureProgress(stage, server, coordinator.key);
  await server.stop();

  const [file] = await readdir(directory);
  for (const { name, window, answers, postgres } of played) {
    tell(`\n${name}: time of the server's thread by place, µs a request (share of the time it was busy)`);
    const places = await timeByPlace(join(directory, file ?? ''), window);
    const idle = places.get('(idle)') ?? 0;
    const busy = [...places.values()].reduce((sum, it) => sum + it, 0) - idle;
    for (const [place, micros] of places) {
      if (place === '(idle)' || micros / busy < 0.005) continue;
      tell(`${(micros / answers).toFixed(1).padStart(8)}  ${percent(micros / busy)}  ${place}`);
    }
    tell(
      `${(busy / answers).toFixed(1).padStart(8)}  in all; idle ${percent(idle / (busy + idle))} of the time`,
    );
    if (postgres !== undefined)
      tell(`${(postgres / answers).toFixed(1).padStart(8)}  processor time of Postgres`);
  }

  const alone = await explain(stage.apiUrl, statement, markers, EXPLAINED);
  tell(`\n${alone.plan}\n`);
  tell(`statement alone, ms: ${summary(alone)}`);
  if (!growing) return;
  for (const { name, grow } of GROWTHS) {
    await grow(stage, coordinator);
    tell(`${name}: ${summary(await explain(stage.apiUrl, statement, markers, EXPLAINED))}`);
  }
}

function summary({ planning, execution, trigger, commit }: Explained): string {
  return [
    `execution ${execution.toFixed(3)}`,
    `of it the audit trigger ${trigger.toFixed(3)}`,
    `planning ${planning.toFixed(3)}`,
    `commit ${commit.toFixed(3)}`,
  ].join(', ');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`.padStart(7);
}
