import pg from 'pg';
import { progressBody, reserveReports } from '../load/job-requests.js';
import type { Markers } from '../load/pgbench.js';
import type { SentStatement } from '../load/statement.js';
import { spread } from '../rounds.js';

export interface Explained {
  /** medians, in ms */
  execution: number;
  /** the part of `execution` that the audit trigger took */
  trigger: number;
  planning: number;
  commit: number;
  /** the last plan, as Postgres prints it */
  plan: string;
}

/** Runs `EXPLAIN (ANALYZE, BUFFERS)` of the statement repeatedly as the API's login. Each run is a report that changes the job. */
export async function explain(
  url: string,
  { text, values }: SentStatement,
  markers: Markers,
  times: number,
): Promise<Explained> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const execution: number[] = [];
  const trigger: number[] = [];
  const planning: number[] = [];
  const commit: number[] = [];
  let plan = '';
  try {
    await client.query('SET plan_cache_mode = force_generic_plan');
    while (execution.length < times) {
      const { progressPercent, tokensUsed } = JSON.parse(progressBody(reserveReports(1))) as Record<
        string,
        number
      >;
      const report = values.map((value) => {
        if (value === markers.percent) return String(progressPercent);
        return value === markers.tokens ? String(tokensUsed) : value;
      });
      await client.query('BEGIN');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>({
        name: 'explained',
        text: `EXPLAIN (ANALYZE, BUFFERS) ${text}`,
        values: report,
      });
      const from = performance.now();
      await client.query('COMMIT');
      commit.push(performance.now() - from);
      plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      execution.push(figure(plan, /^Execution Time: ([\d.]+) ms/m));
      trigger.push(figure(plan, /^Trigger jobs_audit\b.*time=([\d.]+)/m));
      planning.push(figure(plan, /^Planning Time: ([\d.]+) ms/m));
    }
  } finally {
    await client.end();
  }
  const median = (of: number[]) => spread(of).median;
  return {
    execution: median(execution),
    trigger: median(trigger),
    planning: median(planning),
    commit: median(commit),
    plan,
  };
}

function figure(plan: string, pattern: RegExp): number {
  return Number(pattern.exec(plan)?.[1] ?? 0);
}
