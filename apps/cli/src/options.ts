import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { schema } from '@coordinator-registry/client';

export const JOB_STATUSES = [
  'PENDING',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly schema.JobStatus[];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DEFAULT_LIMIT = 50;

/** How many items a list has. */
export function limitOption() {
  return new Option('--limit <number>', 'how many items at most')
    .argParser(wholeNumber)
    .default(DEFAULT_LIMIT);
}

/** @throws InvalidArgumentError for anything but a whole number from 0 */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** What an option says for null, which commander cannot hold. */
export const NONE = 'none';

export function wholeNumberOrNone(text: string): number | typeof NONE {
  return text === NONE ? NONE : wholeNumber(text);
}

/** The value for the API. */
export function orNull<Value>(value: Value | typeof NONE | undefined): Value | null | undefined {
  return value === NONE ? null : value;
}

export function instantOrNone(text: string): string {
  return text === NONE ? NONE : instant(text);
}

/** A time with its zone (RFC 3339), or a date, which begins at midnight UTC. */
export function instant(text: string): string {
  const full = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
  if (!/^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/.test(full) || Number.isNaN(Date.parse(full))) {
    throw new InvalidArgumentError('It must be a time such as 2026-11-24T12:00:00Z, or a date.');
  }
  return full;
}

/** Networks as options name them; `none` alone is the empty set. */
export function networksOf(options: string[] | undefined): string[] | undefined {
  return options?.length === 1 && options[0] === NONE ? [] : options;
}

export function isId(text: string): boolean {
  return UUID.test(text);
}

type Given<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> };

/** The members that have a value; undefined means not given. */
export function given<Members extends object>(members: Members): Given<Members>;
export function given(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
