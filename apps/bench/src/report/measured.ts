import type { Exports } from '../measures/exports.js';
import type { Flood } from '../measures/flood.js';
import type { Memory } from '../measures/memory.js';
import type { Mutations } from '../measures/mutation.js';
import type { Starts } from '../measures/start.js';
import type { Result } from '../rounds.js';
import type { Machine } from './machine.js';

/** All results of one run. */
export interface Measured {
  starts: Starts;
  guards: Result[];
  mutations: Mutations;
  flood: Flood;
  exports: Exports;
  memory: Memory;
  machine: Machine;
}

/** @returns the result of the contestant, if it took part */
export function find(results: Result[], name: string): Result | undefined {
  return results.find((it) => it.name === name);
}
