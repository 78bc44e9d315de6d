/** What one round of one contestant came to. */
export interface Round {
  perSecond: number;
  /** all that were answered, also what is left out of `perSecond` because it warmed up */
  answers: number;
  /** of one request, in ms; absent where the load generator does not tell */
  p50?: number;
  p99?: number;
  /** processor time of the contestant's own process for each request, in µs; absent where the system does not tell */
  cpuMicros?: number;
}

export interface Spread {
  median: number;
  min: number;
  max: number;
}

export interface Entry {
  name: string;
  play(seconds: number): Promise<Round>;
}

export interface Result {
  name: string;
  rounds: Round[];
}

export interface Pace {
  rounds: number;
  /** of each round of each contestant */
  seconds: number;
}

/**
 * Plays A B C A B C …, so that whatever else the machine does falls on all alike. A first lap warms up and is not counted.
 */
export async function interleave(
  entries: Entry[],
  { rounds, seconds }: Pace,
  tell: (line: string) => void,
): Promise<Result[]> {
  const results = entries.map(({ name }): Result => ({ name, rounds: [] }));
  for (let lap = 0; lap <= rounds; lap += 1) {
    for (const [at, { name, play }] of entries.entries()) {
      const round = await play(lap === 0 ? Math.min(2, seconds) : seconds).catch((error: unknown) => {
        throw new Error(`${name} failed`, { cause: error });
      });
      if (lap === 0) continue;
      results[at]?.rounds.push(round);
      tell(`${lap}/${rounds}  ${name}: ${Math.round(round.perSecond)}/s`);
    }
  }
  return results;
}

export function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
  return { median, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

export function rate(result: Result): Spread {
  return spread(result.rounds.map(({ perSecond }) => perSecond));
}

/** How many times as fast `a` is as `b`: round by round, since those were played side by side. No number where `b` did nothing. */
export function ratio(a: Result, b: Result): Spread {
  return spread(a.rounds.map(({ perSecond }, lap) => perSecond / (b.rounds[lap]?.perSecond || NaN)));
}

/** How many times as long the slowest hundredth of the requests to `a` took as that of `b`, round by round. */
export function slowness(a: Result, b: Result): Spread {
  return spread(a.rounds.map(({ p99 }, lap) => (p99 ?? NaN) / (b.rounds[lap]?.p99 || NaN)));
}
