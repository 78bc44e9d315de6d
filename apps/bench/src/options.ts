import { parseArgs } from 'node:util';
import type { Pace } from './rounds.js';

export interface Plan {
  /** a smoke test: its figures mean nothing, and it writes no file */
  quick: boolean;
  /** measures where the time of one request goes, instead of comparing contestants */
  profile: boolean;
  /** what 1,000 waiting requests cost, and how soon they are answered, instead of who is faster */
  waiting: boolean;
  /** two replicas against one, instead of who is faster */
  replicas: boolean;
  /** the start of the command line, instead of who is faster */
  commandLine: boolean;
  pace: Pace;
  floodPace: Pace;
  starts: number;
  coordinators: number;
  profileSeconds: number;
  waitingSeconds: number;
  commandLineTurns: number;
}

const FULL = {
  pace: { rounds: 5, seconds: 3 },
  floodPace: { rounds: 3, seconds: 3 },
  starts: 5,
  coordinators: 10_000,
  profileSeconds: 10,
  waitingSeconds: 20,
  commandLineTurns: 21,
};

const QUICK = {
  pace: { rounds: 1, seconds: 2 },
  floodPace: { rounds: 1, seconds: 2 },
  starts: 1,
  coordinators: 200,
  profileSeconds: 3,
  waitingSeconds: 5,
  commandLineTurns: 3,
};

export function readPlan(args: string[]): Plan {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      waiting: { type: 'boolean', default: false },
      replicas: { type: 'boolean', default: false },
      'command-line': { type: 'boolean', default: false },
    },
  });
  return { ...values, commandLine: values['command-line'], ...(values.quick ? QUICK : FULL) };
}
