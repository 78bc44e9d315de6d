import { EXPORTS } from '../measures/exports.js';
import { FLOOD } from '../measures/flood.js';
import { byWrk, GUARD } from '../measures/guard.js';
import { MUTATION } from '../measures/mutation.js';
import { type Result, ratio, type Spread, slowness, spread } from '../rounds.js';
import { find, type Measured } from './measured.js';

export interface Target {
  what: string;
  /** the target, as text for the reader */
  wanted: string;
  /** absent if it could not be measured on this machine */
  found: Spread | undefined;
  reached: boolean | undefined;
  unit: '×' | 'ms' | 'MiB';
}

/** As a ratio of rates. */
const ONE_AND_A_HALF_TIMES_AS_LONG = 0.67;

/** Ratios compare the same round of both. A target is reached if the median reaches it. */
export function judge({ guards, mutations, flood, exports, memory, starts }: Measured): Target[] {
  const { results } = mutations;
  const at = MUTATION.product;
  const loaded = memory.loaded === undefined ? undefined : memory.loaded / 2 ** 20;
  return [
    ...(
      [
        [0.6, GUARD.guarded, GUARD.bare],
        [0.5, GUARD.health, GUARD.bare],
        [0.6, byWrk(GUARD.guarded), byWrk(GUARD.bare)],
        [0.5, byWrk(GUARD.health), byWrk(GUARD.bare)],
      ] as const
    ).map(([bound, one, other]) => atLeast(bound, `${one} ÷ ${other}`, guards, one, other)),
    atLeast(30, `${GUARD.guarded} ÷ ${GUARD.betterAuth}`, guards, GUARD.guarded, GUARD.betterAuth),
    atLeast(200, `${GUARD.guarded} ÷ ${GUARD.argon2}`, guards, GUARD.guarded, GUARD.argon2),
    ...(
      [
        [0.6, MUTATION.pgbench(16), MUTATION.floorAlone],
        [0.35, at(16), MUTATION.floor],
        [0.4, at(64), MUTATION.floor],
        [0.4, at(256), MUTATION.floor],
      ] as const
    ).map(([bound, one, other]) => atLeast(bound, `${one} ÷ ${other}`, results, one, other)),
    ...[MUTATION.complete, MUTATION.create, MUTATION.claim].map((name) =>
      atLeast(ONE_AND_A_HALF_TIMES_AS_LONG, `${name} ÷ ${at(16)}`, results, name, at(16)),
    ),
    atLeast(8, `${at(16)} ÷ ${MUTATION.prisma}`, results, at(16), MUTATION.prisma),
    ...[
      [FLOOD.readsOneSource, FLOOD.readsCalm],
      [FLOOD.readsManySources, FLOOD.readsCalm],
      [FLOOD.changesOneSource, FLOOD.changesCalm],
      [FLOOD.changesManySources, FLOOD.changesCalm],
    ].map(([flooded = '', calm = '']) => atLeast(0.8, `${flooded} ÷ ${calm}`, flood.results, flooded, calm)),
    ...[
      [EXPORTS.readsBeside, EXPORTS.readsCalm],
      [EXPORTS.changesBeside, EXPORTS.changesCalm],
    ].map(([beside = '', calm = '']) => noSlowerThan(2, beside, calm, exports.results)),
    atMost(
      200,
      'MiB',
      `resident memory, ${memory.coordinators.toLocaleString('en')} coordinators seen`,
      loaded === undefined ? undefined : spread([loaded]),
    ),
    atMost(3_000, 'ms', 'start on an existing database, to ready', starts.again),
  ];
}

function atLeast(bound: number, what: string, results: Result[], one: string, other: string): Target {
  const [a, b] = [find(results, one), find(results, other)];
  const found = a === undefined || b === undefined ? undefined : ratio(a, b);
  return { what, wanted: `≥ ${bound} ×`, found, reached: found && found.median >= bound, unit: '×' };
}

/** Of the 99th percentile of latencies. */
function noSlowerThan(bound: number, one: string, other: string, results: Result[]): Target {
  const [a, b] = [find(results, one), find(results, other)];
  const found = a === undefined || b === undefined ? undefined : slowness(a, b);
  return {
    what: `p99 of ${one} ÷ ${other}`,
    wanted: `≤ ${bound} ×`,
    found,
    reached: found && found.median <= bound,
    unit: '×',
  };
}

function atMost(bound: number, unit: 'ms' | 'MiB', what: string, found: Spread | undefined): Target {
  return {
    what,
    wanted: `≤ ${bound.toLocaleString('en')} ${unit}`,
    found,
    reached: found && found.median <= bound,
    unit,
  };
}
