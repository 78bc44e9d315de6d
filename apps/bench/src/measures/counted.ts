import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry, Round } from '../rounds.js';

export interface Counted {
  name: string;
  /** before each round */
  prepare?(): Promise<void>;
  play(seconds: number): Promise<Round>;
  /** how many changes Postgres has seen so far */
  changes(): Promise<number>;
  /** requests that may have been under way when the round ended: done, and not answered */
  underWay: number;
}

/** An entry whose rounds are held against the database: exactly as many changes as answers, or it was not the same work. */
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

/** Once what was under way has been done: it must not fall into the next round. */
async function settled(changes: () => Promise<number>): Promise<number> {
  for (let last = await changes(); ; ) {
    await sleep(STANDSTILL_MS);
    const now = await changes();
    if (now === last) return now;
    last = now;
  }
}
