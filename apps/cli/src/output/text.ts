import { printable } from '@coordinator-registry/api/audit-proof/printable.js';

/** Texts come from others: they must not move the cursor of a terminal. */
export { printable };

const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/;

/** A value of an answer, on one line. Times are in UTC, as in the API. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'string') return printable(value.replace(INSTANT, '$1 $2Z'));
  if (Array.isArray(value) && value.every((it) => typeof it !== 'object')) {
    return value.length === 0 ? '-' : value.map(textOf).join(', ');
  }
  return typeof value === 'object' ? printable(JSON.stringify(value)) : String(value);
}

/** `1 job`, `2 jobs` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
