import { readdirSync, readFileSync } from 'node:fs';

/** The unit of `/proc`. The kernel reports 100 ticks a second to programs, whatever its real rate. */
const MICROS_PER_TICK = 10_000;

/** Indexes of the fields of `/proc/<pid>/stat` after the name. Index 0 is the third field of proc(5). */
const PARENT = 1;
const USER = 11;
const SYSTEM = 12;
const CHILDREN_USER = 13;
const CHILDREN_SYSTEM = 14;

/** @returns the processor time of a process so far, with all its threads; undefined without `/proc` */
export function cpuMicros(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && ticks(fields, USER, SYSTEM) * MICROS_PER_TICK;
}

/** @returns the processor time of a process and its children, including ended ones */
export function cpuMicrosOfFamily(pid: number): number | undefined {
  const own = statOf(pid);
  if (own === undefined) return undefined;
  let sum = ticks(own, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM);
  for (const name of readdirSync('/proc')) {
    const child = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (child?.[PARENT] === pid) sum += ticks(child, USER, SYSTEM);
  }
  return sum * MICROS_PER_TICK;
}

/** @returns the resident memory of a process, in bytes; undefined without `/proc` */
export function residentBytes(pid: number): number | undefined {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

function ticks(fields: number[], ...which: number[]): number {
  return which.reduce((sum, at) => sum + (fields[at] ?? 0), 0);
}

function statOf(pid: number): number[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The name may have any character, including closing brackets.
  return text
    ?.slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
