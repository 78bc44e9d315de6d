import { readdirSync, readFileSync } from 'node:fs';

/** What `/proc` counts in; the kernel shows it to programs as 100 a second, whatever it ticks at. */
const MICROS_PER_TICK = 10_000;

/** Fields of `/proc/<pid>/stat` after the name, from the third of proc(5) on. */
const PARENT = 1;
const USER = 11;
const SYSTEM = 12;
const CHILDREN_USER = 13;
const CHILDREN_SYSTEM = 14;

/** Processor time that a process has used so far, with all its threads; undefined where there is no `/proc`. */
export function cpuMicros(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && ticks(fields, USER, SYSTEM) * MICROS_PER_TICK;
}

/** The same of a process and its children, ended ones too. */
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

/** Memory of a process that is in RAM, in bytes; undefined where there is no `/proc`. */
export function residentBytes(pid: number): number | undefined {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

function ticks(fields: number[], ...which: number[]): number {
  return which.reduce((sum, at) => sum + (fields[at] ?? 0), 0);
}

function statOf(pid: number): number[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The name may hold anything, closing brackets too.
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
