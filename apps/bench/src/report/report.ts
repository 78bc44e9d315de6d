import { MUTATION } from '../measures/mutation.js';
import type { Pace, Result, Spread } from '../rounds.js';
import { rate, spread } from '../rounds.js';
import { find, type Measured } from './measured.js';
import { judge } from './targets.js';

/** Writes the text of `docs/internals/benchmarks.md`. */
export function renderReport(measured: Measured, pace: Pace): string {
  const { guards, mutations, flood, exports, memory, starts, machine } = measured;
  return `# Benchmarks

Written by \`npm run bench\` on ${machine.date}; do not edit. [performance.md](performance.md) says where the time goes.

Server, PostgreSQL and load generator shared the ${machine.cores} cores of one machine, so what counts is the ratios, not the
rates. Contestants are processes of their own, took turns (A B C A B C …, ${pace.rounds} rounds of ${pace.seconds} s after one to warm up), met the same load
generator (autocannon, in another process; where it says so wrk, which takes less of the processor) and the same PostgreSQL, the embedded one as it ships with \`fsync\` on; only
\`max_connections\` was raised, for pgbench's 64. Figures are medians, with the lowest and the highest round. Ratios are taken
round by round. An answer to a contestant's load that is not 2xx fails the run, and so does a round that Postgres has seen fewer changes of than there
were answers.

![rates](benchmarks.svg)

## Targets

| what | wanted | found | |
| --- | --- | --- | --- |
${judge(measured)
  .map(
    ({ what, wanted, found, reached, unit }) =>
      `| ${what} | ${wanted} | ${found === undefined ? 'not measured here' : withSpread(found, unit)} | ${verdict(reached)} |`,
  )
  .join('\n')}

## An authenticated, rate-limited request

The same small answer from 16 connections. The product's guard proves the key, counts the request against the coordinator's limit
and stamps the answer; \`@better-auth/api-key\` limits the rate, too; the others only verify.

${rates(guards)}

## An audited change of a job

Progress: \`PATCH /coordinator/jobs/:id/progress\`, each request of another job, each moving percent and tokens, each leaving one audit
record. pgbench runs the statement that the server was seen to send for a further report of an attempt, taken from Postgres's log, with \`-M prepared\`, once its
sessions have got warm, as the server's are; it pays for neither HTTP nor JSON nor keys. Under load, the server sends several statements in
one transaction, so pgbench runs the statement that way, too. The Prisma transaction and pg-boss ask for no key either.
The smallest statement has a schema of its own: it checks key and workspace, updates the job, and a trigger writes one record with an index
for each filter that the API promises. Where no server runs, the product does not seal the records meanwhile.${moreRounds(mutations.results)}
${mutations.pgbench === undefined ? '\npgbench was found neither in PATH nor in `/usr/lib/postgresql`: its rows are missing.\n' : ''}
${rates(mutations.results)}

## A flood of wrong keys

Right kid, wrong secret, 200 a second, beside 16 connections of a coordinator that was proven before. They were answered:
${statuses(flood.answers)}.

${rates(flood.results)}

## Exports of the audit log

50 operators want the whole log at once, beside 16 connections of a coordinator. A process runs two exports at a time. They were answered:
${statuses(exports.answers)}; ${Math.round(exports.read / 2 ** 20).toLocaleString('en')} MiB were read.

${rates(exports.results)}

## Start, memory, first use of a key

| what | |
| --- | --- |
| first start: makes the cluster, migrates, serves | ${Math.round(starts.first)} ms |
| start on an existing database, its PostgreSQL started too, to ready | ${withSpread(starts.again, 'ms')} |
| resident memory of the server at rest | ${mebibytes(memory.atRest)} |
| after ${memory.coordinators.toLocaleString('en')} coordinators have sent two requests each | ${mebibytes(memory.seen)} |
| and then changes from 64 connections | ${mebibytes(memory.loaded)} |
| first request of a key (argon2id) | ${withSpread(memory.firstUse, 'ms')} |
| the next one | ${withSpread(memory.nextUse, 'ms')} |

## The machine

${machine.cpu}, ${machine.cores} cores, ${Math.round(machine.memoryBytes / 2 ** 30)} GiB, ${machine.system}.

| | version |
| --- | --- |
${Object.entries(machine.versions)
  .map(([name, version]) => `| ${name} | ${version} |`)
  .join('\n')}
`;
}

function statuses(answers: Record<string, number>): string {
  const counts = Object.entries(answers).map(([status, count]) => `${count} × ${status}`);
  return counts.join(', ') || 'none';
}

function rates(results: Result[]): string {
  const rows = results.map((result) => {
    const { median, min, max } = rate(result);
    const cells = [
      result.name,
      `${whole(median)} (${whole(min)}–${whole(max)})`,
      medianOf(result, ({ p50 }) => p50, 1),
      medianOf(result, ({ p99 }) => p99, 1),
      medianOf(result, ({ cpuMicros }) => cpuMicros, 0),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `| contestant | requests/s | p50, ms | p99, ms | server's CPU, µs a request |
| --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}`;
}

function medianOf(
  { rounds }: Result,
  read: (round: Result['rounds'][number]) => number | undefined,
  digits: number,
): string {
  const values = rounds.map(read).filter((it) => it !== undefined);
  return values.length === 0 ? '' : spread(values).median.toFixed(digits);
}

function withSpread({ median, min, max }: Spread, unit: string): string {
  const range = min === max ? '' : ` (${figure(min)}–${figure(max)})`;
  return `${figure(median)}${range} ${unit}`;
}

function figure(value: number): string {
  return value >= 100 ? whole(value) : value.toFixed(value >= 10 ? 1 : 2);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? 'unknown on this system' : `${Math.round(bytes / 2 ** 20)} MiB`;
}

function verdict(reached: boolean | undefined): string {
  if (reached === undefined) return '';
  return reached ? 'reached' : '**missed**';
}

function moreRounds(results: Result[]): string {
  const floor = find(results, MUTATION.floorAlone);
  return floor === undefined ? '' : ` There, the two with 16 clients took ${floor.rounds.length} rounds.`;
}
