import { parseArgs } from 'node:util';
import type { Pace } from './rounds.js';

export interface Plan {
  /** a smoke run: figures that mean nothing, and nothing written */
  quick: boolean;
  /** where one request's time goes, instead of who is faster */
  profile: boolean;
  pace: Pace;
  floodPace: Pace;
  starts: number;
  coordinators: number;
  profileSeconds: number;
}

const FULL = {
  pace: { rounds: 5, seconds: 3 },
  floodPace: { rounds: 3, seconds: 3 },
  starts: 5,
  coordinators: 10_000,
  profileSeconds: 10,
};

const QUICK = {
  pace: { rounds: 1, seconds: 2 },
  floodPace: { rounds: 1, seconds: 2 },
  starts: 1,
  coordinators: 200,
  profileSeconds: 3,
};

export function readPlan(args: string[]): Plan {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean', default: false }, profile: { type: 'boolean', default: false } },
  });
  return { quick: values.quick, profile: values.profile, ...(values.quick ? QUICK : FULL) };
}
