import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry, Round } from '../rounds.js';

export interface Counted {
  name: string;
  /** runs before each round */
  prepare?(): Promise<void>;
  play(seconds: number): Promise<Round>;
  /** @returns the number of changes that Postgres has made so far */
  changes(): Promise<number>;
  /** the number of requests that may be done but unanswered when the round ends */
  underWay: number;
}

/** An entry whose rounds are compared with the database: each answer must stand for one change. */
export function counted({ name, prepare, play, changes, underWay }: Counted): Entry {
  return {
    name,
    play: async (seconds) => {
      await prepare?.();
      const before = await changes();
      const round = await play(seconds);
      const made = (await settled(changes)) - before;
      if (made < round.answers || made > round.answers + underWay) {
        throw new Error(`${name}: ${round.answers} answers, but ${made} changes`);
      }
      return round;
    },
  };
}

const STANDSTILL_MS = 200;

/** Waits until requests under way are done, so that they do not count in the next round. */
async function settled(changes: () => Promise<number>): Promise<number> {
  for (let last = await changes(); ; ) {
    await sleep(STANDSTILL_MS);
    const now = await changes();
    if (now === last) return now;
    last = now;
  }
}
