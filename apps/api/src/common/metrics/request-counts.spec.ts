import { describe, expect, it } from '@jest/globals';
import { RequestCounts } from './request-counts.js';

describe('RequestCounts', () => {
  let now = Date.parse('2026-11-24T12:00:30Z');
  const counts = new RequestCounts(() => now);

  it('counts answers by kind and minute, the present minute last', () => {
    for (const status of [200, 204, 404, 500, 401, 403, 429]) counts.count(status);
    now += 60_000;
    counts.count(429);
    const hour = counts.lastHour();
    expect(hour).toHaveLength(60);
    expect(hour.slice(-2)).toEqual([
      { at: Date.parse('2026-11-24T12:00:00Z'), served: 4, refused: 2, limited: 1 },
      { at: Date.parse('2026-11-24T12:01:00Z'), served: 0, refused: 0, limited: 1 },
    ]);
    expect(hour[0]?.at).toBe(Date.parse('2026-11-24T11:02:00Z'));
  });

  it('forgets what is older than an hour', () => {
    now += 59 * 60_000;
    expect(counts.lastHour()[0]).toMatchObject({ limited: 1 });
    now += 60_000;
    counts.count(200);
    const kinds = counts.lastHour().map(({ served, refused, limited }) => [served, refused, limited]);
    expect(kinds.filter((it) => it.some((count) => count > 0))).toEqual([[1, 0, 0]]);
  });
});
