// `npm run bench`: runs all measurements and writes docs/internals/benchmarks.md and docs/internals/benchmarks.svg. With --quick it is a smoke test
// that writes neither. With --profile it measures where the time of one request goes, with --waiting what requests that wait cost, both for
// docs/internals/performance.md, with --replicas two replicas against one, for docs/operations/scaling.md, and with --command-line the start
// of the command line.
import { writeFile } from 'node:fs/promises';
import { measureCommandLine } from './measures/command-line.js';
import { measureExports } from './measures/exports.js';
import { measureFlood } from './measures/flood.js';
import { measureGuards } from './measures/guard.js';
import { measureMemory } from './measures/memory.js';
import { measureMutations } from './measures/mutation.js';
import { measureReplicas } from './measures/replicas.js';
import { measureStarts } from './measures/start.js';
import { measureWaiting } from './measures/waiting.js';
import { readPlan } from './options.js';
import { profile } from './profile/profile.js';
import { describeMachine } from './report/machine.js';
import type { Measured } from './report/measured.js';
import { drawPlot } from './report/plot.js';
import { renderReport } from './report/report.js';
import { registerCoordinator } from './stage/registry.js';
import { Stage } from './stage/stage.js';

const DOCS = new URL('../../../docs/internals/', import.meta.url);

const from = performance.now();
const plan = readPlan(process.argv.slice(2));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

if (plan.profile) {
  await onStage((stage) => profile(stage, plan.profileSeconds, { growing: !plan.quick }, print));
} else if (plan.waiting) {
  await onStage((stage) => measureWaiting(stage, plan.waitingSeconds, tell));
} else if (plan.replicas) {
  await onStage((stage) => measureReplicas(stage, plan.pace, tell));
} else if (plan.commandLine) {
  measureCommandLine(plan.commandLineTurns, print);
} else {
  const measured = await measure();
  const report = renderReport(measured, plan.pace);
  const plot = drawPlot(measured);
  if (plan.quick) {
    print(`\n${report}`);
  } else {
    await writeFile(new URL('benchmarks.md', DOCS), report);
    await writeFile(new URL('benchmarks.svg', DOCS), plot);
    tell('wrote docs/internals/benchmarks.md and docs/internals/benchmarks.svg');
  }
}
process.exit();

async function measure(): Promise<Measured> {
  const starts = await measureStarts(plan.starts);
  return await onStage(async (stage) => {
    const coordinator = await registerCoordinator(stage.registry);
    const guards = await measureGuards(stage, coordinator, plan.pace, tell);
    const mutations = await measureMutations(stage, coordinator, plan.pace, tell);
    const flood = await measureFlood(stage, coordinator, plan.floodPace, tell);
    const exports = await measureExports(stage, coordinator, plan.floodPace, tell);
    const memory = await measureMemory(stage, coordinator, {
      coordinators: plan.coordinators,
      seconds: plan.pace.seconds,
    });
    const machine = await describeMachine(stage, mutations.pgbench);
    return { starts, guards, mutations, flood, exports, memory, machine };
  });
}

async function onStage<T>(play: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await Stage.open();
  try {
    return await play(stage);
  } finally {
    await stage.close();
  }
}

function tell(line: string): void {
  print(`${String(Math.round((performance.now() - from) / 1_000)).padStart(4)} s  ${line}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
