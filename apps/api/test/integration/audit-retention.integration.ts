import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditDatabase } from './audit-fixture.js';
import { type LogCopy, SealedLog } from './verification-fixture.js';

// Each case is a database and processes of its own.
/** Begin of the month so many months ago. */
function monthsAgo(count: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count));
}

const nameOf = (month: Date) => month.toISOString().slice(0, 7);
const partitionOf = (month: Date) => nameOf(month).replace('-', '_');
const daysInto = (month: Date, days: number) => new Date(month.getTime() + days * 86_400_000);

const [OLDEST, OLD, KEPT] = [monthsAgo(3), monthsAgo(2), monthsAgo(1)] as const;

/** A UUIDv7 of a moment. */
const idAt = (moment: Date, tail: string) => {
  const hex = moment.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${tail.padStart(12, '0')}`;
};
/** A job that was made in the oldest month, and changed once in each later one. */
const OLD_JOB = idAt(daysInto(OLDEST, 1), 'a');

/** A past month with its partition and three records, the second of them a change of the old job. */
async function insertMonth({ superuser }: AuditDatabase, month: Date, rev: number): Promise<void> {
  const next = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1));
  const client = await superuser.connect();
  try {
    await client.query('SET ROLE coordinator_registry_audit');
    await client.query('SELECT public.audit_ensure_partition($1, $2, $3)', [
      `_${partitionOf(month)}`,
      month.toISOString(),
      next.toISOString(),
    ]);
    await client.query('RESET ROLE');
    for (const day of [5, 6, 7]) {
      const moment = daysInto(month, day);
      const ofJob = day === 6;
      await client.query(
        `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome, resource_id, rev)
         VALUES ($1, $2, 'SYSTEM', 'test', 'job.progressed', 'SUCCESS', $3, $4)`,
        [idAt(moment, 'b'), moment.toISOString(), ofJob ? OLD_JOB : null, ofJob ? rev : null],
      );
    }
  } finally {
    client.release();
  }
}

let log: SealedLog;

beforeAll(async () => {
  log = await SealedLog.make(async (database) => {
    await insertMonth(database, OLDEST, 1);
    await insertMonth(database, OLD, 2);
    await insertMonth(database, KEPT, 3);
  });
});

afterAll(() => log?.close());

async function onCopy(work: (copy: LogCopy) => Promise<void>): Promise<void> {
  const copy = await log.copy();
  try {
    await work(copy);
  } finally {
    await copy.close();
  }
}

const keepOneMonth = (copy: LogCopy) =>
  copy.query('owner', 'INSERT INTO public.audit_retention (months) VALUES (1)');
const retain = (copy: LogCopy) => copy.query('api', 'SELECT public.audit_retain() AS month');

async function months(copy: LogCopy): Promise<string[]> {
  return [
    ...new Set((await copy.lines()).flatMap((it) => /"occurredAt":"(.{7})/.exec(it)?.[1] ?? [])),
  ].sort();
}

describe('retention', () => {
  it('drops nothing until the owner sets it', async () => {
    await onCopy(async (copy) => {
      expect(await retain(copy)).toEqual([{ month: null }]);
      await expect(
        copy.query('api', 'INSERT INTO public.audit_retention (months) VALUES (1)'),
      ).rejects.toMatchObject({ code: '42501' });
    });
  });

  it('drops expired months, then records and seals this; the log still verifies', async () => {
    await onCopy(async (copy) => {
      await keepOneMonth(copy);
      expect(await retain(copy)).toEqual([{ month: nameOf(OLDEST) }]);
      expect(await retain(copy)).toEqual([{ month: nameOf(OLD) }]);
      expect(await retain(copy)).toEqual([{ month: null }]);
      expect(await months(copy)).toEqual([nameOf(KEPT), nameOf(new Date())]);

      const { code, text } = await copy.verify();
      expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining('not sealed yet') });
      await copy.seal();
      const held = await copy.verify();
      expect(held).toMatchObject({ code: 0 });
      for (const month of [OLDEST, OLD]) {
        expect(held.text).toContain(`Recorded in the log: retention removed ${nameOf(month)}, 3 records.`);
      }
      expect(
        await copy.query(
          'api',
          `SELECT actor_type, actor_name, changes FROM public.audit_log WHERE action = 'audit.retained' ORDER BY id`,
        ),
      ).toEqual(
        [OLDEST, OLD].map((month) => ({
          actor_type: 'SYSTEM',
          actor_name: 'retention',
          changes: {
            month: { from: null, to: nameOf(month) },
            records: { from: 3, to: 0 },
            months: { from: null, to: 1 },
            earlier: { from: null, to: month === OLD ? { [nameOf(OLDEST)]: 3 } : null },
          },
        })),
      );
    });
  });

  it('is accepted for a month whose own retention record was edited, through the next retention record', async () => {
    await onCopy(async (copy) => {
      await keepOneMonth(copy);
      await retain(copy);
      await retain(copy);
      await copy.seal();
      // As it will be in some months: the record of the first one is gone, and its leaf is there.
      await copy.tamper(
        `UPDATE public.audit_log SET changes = '{}' WHERE action = 'audit.retained' AND changes #>> '{month,to}' = '${nameOf(OLDEST)}'`,
      );
      const { code, text, kinds } = await copy.verify();
      expect({ code, kinds, text }).toEqual({ code: 2, kinds: ['record edited'], text: expect.any(String) });
      expect(text).toContain(`retention removed ${nameOf(OLDEST)}, 3 records`);
    });
  });

  it('does not explain a partition that was dropped by hand', async () => {
    await onCopy(async (copy) => {
      await copy.tamper(`DROP TABLE public.audit_log_${partitionOf(OLDEST)}`);
      const { code, text, kinds } = await copy.verify();
      expect({ code, kinds }).toEqual({ code: 2, kinds: ['gap in rev', 'record missing'] });
      expect(text).toContain(`all records of ${nameOf(OLDEST)} are gone`);
      expect(text).toContain('no sealed audit.retained record explains it');
    });
    await onCopy(async (copy) => {
      await keepOneMonth(copy);
      await retain(copy);
      await copy.seal();
      await copy.tamper(`DROP TABLE public.audit_log_${partitionOf(OLD)}`);
      const { code, text } = await copy.verify();
      expect({ code, text }).toEqual({
        code: 2,
        text: expect.stringContaining(`all records of ${nameOf(OLD)} are gone`),
      });
      expect(text).not.toContain(`of ${nameOf(OLDEST)}`);
    });
  });

  it('keeps a month with unsealed records', async () => {
    await onCopy(async (copy) => {
      await keepOneMonth(copy);
      await copy.query(
        'superuser',
        `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome)
         VALUES ('${idAt(daysInto(OLDEST, 9), 'c')}', '${daysInto(OLDEST, 9).toISOString()}', 'SYSTEM', 'test', 'workspace.created', 'SUCCESS')`,
      );
      await expect(retain(copy)).rejects.toMatchObject({ code: 'AU004' });
      await copy.seal();
      expect(await retain(copy)).toEqual([{ month: nameOf(OLDEST) }]);
    });
  });

  it('keeps a month with a deleted record', async () => {
    await onCopy(async (copy) => {
      await keepOneMonth(copy);
      await copy.tamper(`DELETE FROM public.audit_log WHERE id = '${idAt(daysInto(OLDEST, 5), 'b')}'`);
      await expect(retain(copy)).rejects.toMatchObject({ code: 'AU004' });
    });
  });

  it('gives up at once while a reader holds the log, and blocks no writer', async () => {
    await onCopy(async (copy) => {
      await keepOneMonth(copy);
      const reader = await copy.connect();
      try {
        await reader.query('BEGIN');
        await reader.query('SELECT count(*) FROM public.audit_log');
        await expect(retain(copy)).rejects.toMatchObject({ code: '55P03' });
        await reader.query('ROLLBACK');
      } finally {
        await reader.end();
      }
      expect(await retain(copy)).toEqual([{ month: nameOf(OLDEST) }]);
    });
  });
});
