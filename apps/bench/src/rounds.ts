/** The result of one round of one contestant. */
export interface Round {
  perSecond: number;
  /** the number of all answers, including the warm-up that `perSecond` leaves out */
  answers: number;
  /** the latency of one request, in ms; absent if the load generator does not report it */
  p50?: number;
  p99?: number;
  /** processor time of the contestant's own process for each request, in µs; absent if the system does not report it */
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
  /** the duration of each round of each contestant */
  seconds: number;
}

/**
 * Plays A B C A B C …, so that other work on the machine affects all entries alike. The first lap warms up and does not count.
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

/** @returns the rate of `a` divided by that of `b`, for each round; NaN if `b` has no answers */
export function ratio(a: Result, b: Result): Spread {
  return spread(a.rounds.map(({ perSecond }, lap) => perSecond / (b.rounds[lap]?.perSecond || NaN)));
}

/** @returns the 99th percentile of `a` divided by that of `b`, for each round */
export function slowness(a: Result, b: Result): Spread {
  return spread(a.rounds.map(({ p99 }, lap) => (p99 ?? NaN) / (b.rounds[lap]?.p99 || NaN)));
}
