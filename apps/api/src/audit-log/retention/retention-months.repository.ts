import type pg from 'pg';
import type { Log, OwnerSetting } from '../../database/prepare-database.js';

/**
 * How long the log is kept, from a table that only the owner of the database can write. The API's login drops months by
 * this setting, and cannot change it.
 */
export class RetentionMonths implements OwnerSetting {
  /** @param wanted number of months; undefined: for ever */
  constructor(private readonly wanted: number | undefined) {}

  /** Writes only if the value changes, so that a server can start on a read-only database. */
  async set(owner: pg.Client): Promise<void> {
    if ((await monthsIn(owner)) === this.wanted) return;
    if (this.wanted === undefined) {
      await owner.query('DELETE FROM public.audit_retention');
      return;
    }
    await owner.query(
      `INSERT INTO public.audit_retention (months) VALUES ($1)
       ON CONFLICT (only_row) DO UPDATE SET months = excluded.months WHERE audit_retention.months <> excluded.months`,
      [this.wanted],
    );
  }

  async compare(reader: pg.Client, log: Log): Promise<void> {
    const months = await monthsIn(reader);
    if (months === this.wanted) return;
    const said = (it: number | undefined) => (it === undefined ? 'for ever' : `for ${it} months`);
    log.warn(
      `the audit log is kept ${said(months)}, not ${said(this.wanted)} as AUDIT_RETENTION_MONTHS says here: ` +
        'set it where the database is migrated',
    );
  }
}

async function monthsIn(reader: pg.Client): Promise<number | undefined> {
  const { rows } = await reader.query<{ months: number }>('SELECT months FROM public.audit_retention');
  return rows[0]?.months;
}
