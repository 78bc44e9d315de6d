import type { AuditRecord } from '../generated/schema';
import { Badge } from '../shared/Badge';

/** Lists show only refusals: that something was done is the rule. */
export function OutcomeBadge({ record, always = false }: { record: AuditRecord; always?: boolean }) {
  if (record.outcome === 'SUCCESS') {
    return always ? (
      <Badge tone="neutral" icon="check">
        Done
      </Badge>
    ) : (
      <span className="visually-hidden">Done</span>
    );
  }
  return (
    <Badge tone="bad" icon="refused">
      Refused{record.reason !== null && `, ${record.reason}`}
    </Badge>
  );
}
