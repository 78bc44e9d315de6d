import { dataDirOf } from '../support/database.js';
import { eventually, freePort, SERVER, ServerProcess } from '../support/server-process.js';

/**
 * A server process over the database of the test, ready and with a Redis that works.
 *
 * @param as with further variables, or another command
 */
export async function startReplica(
  { database: { apiUrl } }: { database: { apiUrl: string } },
  redisUrl: string,
  as: { command?: string[]; settings?: NodeJS.ProcessEnv } = {},
): Promise<ServerProcess> {
  const replica = await new ServerProcess(as.command ?? SERVER, {
    DATABASE_URL: apiUrl,
    DATA_DIR: dataDirOf(apiUrl),
    REDIS_URL: redisUrl,
    PORT: await freePort(),
    ...as.settings,
  }).ready();
  await sharesAgain(replica);
  return replica;
}

/** One request with the key of a coordinator, to one replica. `body` is undefined for an answer without one. */
export async function send<Body>(
  { url }: ServerProcess,
  key: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Body | undefined }> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { 'X-API-Key': key, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as Body) };
}

/** The status of each answer, over HTTP at once, to the replicas in turn. */
export function ask(
  replicas: readonly ServerProcess[],
  count: number,
  keyOf: (at: number) => string,
  path = '/coordinator/health',
): Promise<number[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const { url } = replicas[at % replicas.length] ?? { url: '' };
      const answer = await fetch(`${url}${path}`, { headers: { 'X-API-Key': keyOf(at) } });
      await answer.arrayBuffer();
      return answer.status;
    }),
  );
}

/** How often each status occurs. */
export function tally(statuses: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export async function readiness({ url }: ServerProcess) {
  const answer = await fetch(`${url}/health/ready`);
  const { status, checks } = (await answer.json()) as { status: string; checks: Record<string, string> };
  return { http: answer.status, status, redis: checks.redis };
}

/** @returns how many milliseconds it took */
export async function sharesAgain(replica: ServerProcess): Promise<number> {
  const start = performance.now();
  await eventually(async () => (await readiness(replica)).redis === 'ok', 'the replica uses Redis');
  return Math.round(performance.now() - start);
}

/** The value of a metric without labels, or of a bucket of a histogram. */
export async function metric({ url }: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((it) => it.startsWith(`${name} `));
  if (line === undefined) throw new Error(`no metric ${name}`);
  return Number(line.slice(name.length));
}

export { say } from '../support/server-process.js';
