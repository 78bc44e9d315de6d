import type { AuditRecord } from '../../audit-proof/audit-record.js';
import type { Page } from '../../common/pagination/page.js';

/** A record as the API shows it. */
export interface ShownRecord extends AuditRecord {
  /** the public part of the key, which is not in the leaf; null: unknown */
  kid: string | null;
}

export interface AuditPage extends Page<ShownRecord> {
  /** set if the page is short and more may follow: all records since this time have been searched */
  scannedTo: string | null;
}
