import { join } from 'node:path';
import { PROGRESSED, progressBody, reserveReports } from '../load/job-requests.js';
import { type Pgbench, playPgbench, writeScript } from '../load/pgbench.js';
import { captureStatement, type SentStatement } from '../load/statement.js';
import { type Served, startProduct } from '../stage/processes.js';
import { changesMade, jobId } from '../stage/registry.js';
import type { Stage } from '../stage/stage.js';
import type { Counted } from './counted.js';
import { MUTATION } from './mutation.js';

/** Not 256: Postgres would need more than ten seconds for the first statements of these sessions. */
const CLIENTS = [1, 16, 64];

/** As the server sends it under load: from two sessions, several in each transaction. */
const TOGETHER = { clients: 2, times: 8 };

/**
 * Runs pgbench with the statement that the product sends for a progress report. The product does not run meanwhile: it would seal
 * the records.
 */
export async function statementAlone(stage: Stage, key: string, pgbench: Pgbench): Promise<Counted[]> {
  const product = await startProduct(stage.dataDir);
  const { statement, markers } = await captureProgress(stage, product, key).finally(() => product.stop());
  const script = join(stage.dataDir, 'progress.sql');
  const together = join(stage.dataDir, 'progress-together.sql');
  const fixed = await writeScript(script, statement, markers);
  await writeScript(together, statement, markers, TOGETHER.times);
  const load = { pgbench, fixed, url: stage.apiUrl };
  const counting = { changes: () => changesMade(stage.registry, PROGRESSED), underWay: 0 };
  return [
    ...CLIENTS.map((clients) => ({
      name: MUTATION.pgbench(clients),
      play: (seconds: number) => playPgbench({ ...load, script, clients }, seconds),
      ...counting,
    })),
    {
      name: MUTATION.pgbenchTogether,
      play: (seconds) => playPgbench({ ...load, script: together, ...TOGETHER }, seconds),
      ...counting,
    },
  ];
}

/** @returns the statement of a progress report, and the values that come from the report */
export async function captureProgress(
  stage: Stage,
  { url }: Served,
  key: string,
): Promise<{ statement: SentStatement; markers: { job: string; percent: string; tokens: string } }> {
  const job = jobId(PROGRESSED.from);
  const report = async (n: number) => {
    const answer = await fetch(`${url}/coordinator/jobs/${job}/progress`, {
      method: 'PATCH',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: progressBody(n),
    });
    if (answer.status !== 200) throw new Error(await answer.text());
  };
  // After the first report, the server knows the attempt and so sends the statement of all further reports.
  await report(reserveReports(1));
  const n = reserveReports(1);
  const statement = await captureStatement(stage, job, () => report(n));
  return { statement, markers: { job, percent: String(n / 1_000_000), tokens: String(n) } };
}
