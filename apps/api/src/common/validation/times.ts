const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Parses an RFC 3339 date-time. The offset is required: without it, the time would depend on the reader's time zone.
 *
 * @returns `undefined` for anything else, also for impossible dates and the year 0
 */
export function parseDateTime(value: unknown): Date | undefined {
  const [, year, month, day, hour, minute, second] = (typeof value === 'string' && FORM.exec(value)) || [];
  if (typeof value !== 'string' || year === undefined || year === '0000') return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  // Date reads 30 February as 2 March.
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year));
  if (date.getUTCMonth() + 1 !== Number(month) || date.getUTCDate() !== Number(day)) return undefined;
  const moment = new Date(value);
  // The offset may move the time out of the years with four digits.
  return moment.getUTCFullYear() >= 1 && moment.getUTCFullYear() <= 9999 ? moment : undefined;
}
