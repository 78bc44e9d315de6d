import { clock } from './clock';

const DAY_MS = 86_400_000;

const number = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export function formatNumber(value: number): string {
  return number.format(value);
}

export function formatPercent(value: number): string {
  return `${percent.format(value)} %`;
}

/** A count that stops at `cap` reads "10,000+". */
export function formatCount(value: number, capped: boolean): string {
  return capped ? `${number.format(value)}+` : number.format(value);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}

/** `3 min ago`, `in 2 days`. */
export function formatAge(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1_000);
  const size = Math.abs(seconds);
  const text =
    size < 60
      ? `${size} s`
      : size < 3_600
        ? `${Math.trunc(size / 60)} min`
        : size < 86_400
          ? `${Math.trunc(size / 3_600)} h`
          : plural(Math.trunc(size / 86_400), 'day');
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}

/** `It was used 12 s ago.` */
export function usedText({ lastUsedAt }: { lastUsedAt: string | null }): string {
  return lastUsedAt === null
    ? 'It was never used.'
    : `It was used ${formatAge(Date.parse(lastUsedAt), clock.now())}.`;
}

/** `3 days`, `12 s`: without a direction. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
  return plural(Math.floor(seconds / 86_400), 'day');
}

const SHORT = { day: 'numeric', month: 'short' } as const;
const LONG = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** A formatter takes long to make, and a list needs it in each row. */
function formatter(options: Intl.DateTimeFormatOptions): (at: number, utc: boolean) => string {
  let local: Intl.DateTimeFormat | undefined;
  let inUtc: Intl.DateTimeFormat | undefined;
  return (at, utc) => {
    if (utc) inUtc ??= new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' });
    else local ??= new Intl.DateTimeFormat(undefined, options);
    return (utc ? inUtc : local)?.format(at) ?? '';
  };
}

const shortDate = formatter(SHORT);
const longDate = formatter(LONG);
const clockOf = formatter(CLOCK);
const exactClock = formatter({ ...CLOCK, second: '2-digit', fractionalSecondDigits: 3 });
const full = formatter({ ...LONG, ...CLOCK, second: '2-digit', timeZoneName: 'longOffset' });
const day = formatter({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

export function formatDate(at: number, now: number, utc = false): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return sameYear ? shortDate(at, utc) : longDate(at, utc);
}

export function formatClock(at: number, utc = false): string {
  return clockOf(at, utc);
}

export function formatClockExact(at: number, utc = false): string {
  return exactClock(at, utc);
}

/** `Tuesday 24 November 2026`. */
export function formatDay(at: number, utc = false): string {
  return day(at, utc);
}

/** Relative up to a day, then a date. */
export function formatWhen(at: number, now: number, utc = false): string {
  return Math.abs(now - at) < DAY_MS ? formatAge(at, now) : formatDate(at, now, utc);
}

export function formatFull(at: number, utc = false): string {
  return full(at, utc);
}

/** `Europe/Zurich, UTC+1`. */
export function zoneName(utc: boolean): string {
  if (utc) return 'UTC';
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const minutes = -new Date().getTimezoneOffset();
  if (minutes === 0) return timeZone === 'UTC' ? 'UTC' : `${timeZone}, UTC`;
  const hours = Math.trunc(minutes / 60);
  const rest = Math.abs(minutes % 60);
  const offset = `UTC${minutes > 0 ? '+' : '−'}${Math.abs(hours)}${rest === 0 ? '' : `:${rest}`}`;
  return `${timeZone}, ${offset}`;
}

/** Time-ordered ids share their beginning, so the end tells them apart. */
export function shortId(id: string): string {
  return id.length <= 13 ? id : `${id.slice(0, 4)}…${id.slice(-8)}`;
}

export function shortKid(kid: string): string {
  return kid.length <= 10 ? kid : `${kid.slice(0, 4)}…${kid.slice(-4)}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} bytes`;
  if (bytes < 1_048_576) return `${number.format(Math.round(bytes / 1_024))} KiB`;
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(bytes / 1_048_576)} MiB`;
}

export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
