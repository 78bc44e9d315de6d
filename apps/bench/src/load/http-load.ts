import autocannon from 'autocannon';
import type { Round } from '../rounds.js';
import { cpuMicros } from './cpu.js';

export interface HttpLoad {
  url: string;
  /** the process whose processor time is measured */
  pid: number;
  connections: number;
  request: autocannon.Request;
}

/**
 * Sends the request repeatedly from this process: on each connection, one request at a time.
 *
 * @throws Error unless every answer was 2xx: fast refusals must not count as a high rate
 */
export async function playHttp(
  { url, pid, connections, request }: HttpLoad,
  seconds: number,
): Promise<Round> {
  const before = cpuMicros(pid);
  const result = await autocannon({ url, connections, duration: seconds, timeout: 30, requests: [request] });
  const after = cpuMicros(pid);
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(
      `${url}${request.path ?? ''}: ${result['2xx']} answers, ${result.non2xx} refusals, ${result.errors} errors ` +
        JSON.stringify(result.statusCodeStats),
    );
  }
  const answers = result['2xx'];
  return {
    perSecond: answers / result.duration,
    answers,
    p50: result.latency.p50,
    p99: result.latency.p99,
    ...(before !== undefined && after !== undefined && { cpuMicros: (after - before) / answers }),
  };
}
