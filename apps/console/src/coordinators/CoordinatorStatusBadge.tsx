import type { Coordinator } from '../generated/schema';
import { Badge } from '../shared/Badge';

export function CoordinatorStatusBadge({ status }: { status: Coordinator['status'] }) {
  return status === 'ACTIVE' ? (
    <Badge tone="good" icon="dot">
      Active
    </Badge>
  ) : (
    <Badge tone="warning" icon="pause">
      Suspended
    </Badge>
  );
}
