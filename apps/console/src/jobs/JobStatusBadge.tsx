import type { Job, JobStatus } from '../generated/schema';
import { Badge, type Tone } from '../shared/Badge';
import { clock } from '../shared/clock';
import { formatClock, formatDate } from '../shared/format';
import type { IconName } from '../shared/Icon';

export const STATUS_LOOKS: Record<JobStatus, { tone: Tone; icon: IconName; name: string }> = {
  PENDING: { tone: 'neutral', icon: 'circle', name: 'Pending' },
  RUNNING: { tone: 'running', icon: 'half', name: 'Running' },
  COMPLETED: { tone: 'good', icon: 'check', name: 'Completed' },
  FAILED: { tone: 'bad', icon: 'cross', name: 'Failed' },
  CANCELLED: { tone: 'neutral', icon: 'slash', name: 'Cancelled' },
};

export function JobStatusBadge({ job }: { job: Pick<Job, 'status' | 'notBefore'> }) {
  const { tone, icon, name } = STATUS_LOOKS[job.status];
  const held = job.status === 'PENDING' && job.notBefore !== null ? Date.parse(job.notBefore) : 0;
  const now = clock.now();
  const until = held - now > 86_400_000 ? formatDate(held, now) : formatClock(held);
  return (
    <Badge tone={tone} icon={icon}>
      {held > now ? `${name}, held until ${until}` : name}
    </Badge>
  );
}
