import type { paths } from '../generated/schema';
import { clock } from '../shared/clock';
import { formatAge, formatClock, formatNumber, formatSpan, plural, shortKid } from '../shared/format';

type Overview = paths['/overview']['get']['responses'][200]['content']['application/json'];
export type AttentionItem = NonNullable<Overview['attention']>[number];

/** A sentence, and what mends it. */
export interface AttentionLine {
  key: string;
  severity: string;
  text: string;
  since: string | null;
  button: string;
  to: string;
}

export function lineOf(item: AttentionItem, isAdmin: boolean): AttentionLine {
  const { kind, severity, since, count, subject } = item;
  const values: Record<string, unknown> = item.values;
  const text = (name: string): string =>
    values[name] === undefined || values[name] === null ? '' : String(values[name]);
  const at = (name: string): number => Date.parse(text(name));
  const name = subject.name ?? '';
  const id = subject.id ?? '';
  const now = clock.now();
  const kid = shortKid(name);
  const owner = text('coordinatorName');
  const line = (sentence: string, button: string, to: string): AttentionLine => ({
    key: `${kind} ${id} ${name} ${text('reason')}`,
    severity,
    since,
    text: sentence,
    button,
    to,
  });
  switch (kind) {
    case 'key-ends':
      return line(
        `Key ${kid} of ${owner} ends in ${formatSpan(at('expiresAt') - now)}.`,
        'Rotate',
        `/coordinators/${text('coordinatorId')}`,
      );
    case 'key-never-used':
      return line(
        `Key ${kid} of ${owner} was issued ${formatAge(at('createdAt'), now)} and never used.`,
        'Open key',
        `/keys/${name}`,
      );
    case 'old-key-used':
      return line(
        `The old key of ${owner} works until ${formatClock(at('expiresAt'))} and was used ${formatAge(at('lastUsedAt'), now)}.`,
        'Open coordinator',
        `/coordinators/${text('coordinatorId')}`,
      );
    case 'refusals':
      return line(
        `${plural(count, 'refusal')} came from ${name} in 10 minutes (${text('reason')}).`,
        'Show records',
        `/log?ip=${name}&outcome=DENIED&since=1h`,
      );
    case 'coordinator-limited':
      return line(
        `${name} reached its limit of ${text('rateLimitPerMinute')} a minute ${plural(count, 'time')} this hour.`,
        isAdmin ? 'Change limit' : 'Show records',
        isAdmin ? `/coordinators/${id}?tab=access` : `/log?actor=${id}&action=rate.limited&since=1h`,
      );
    case 'workspace-full':
      return line(
        `${text('slug')} runs ${text('running')} of ${text('maxRunning')} jobs; ${formatNumber(Number(values.pending))} wait.`,
        isAdmin ? 'Change cap' : 'Show jobs',
        isAdmin ? `/workspaces/${id}` : `/jobs?workspace=${id}&status=PENDING`,
      );
    case 'jobs-without-lease':
      return line(
        `${plural(count, 'job')} ${count === 1 ? 'runs without a lease and has' : 'run without a lease and have'} not changed for an hour.`,
        'Show jobs',
        '/jobs?status=RUNNING&lease=none&unchanged=1h',
      );
    case 'sealing-stopped':
      return line(
        `Sealing stopped${since === null ? '' : ` at ${formatClock(Date.parse(since))}`}${text('reason') === '' ? '' : `: ${text('reason')}`}.`,
        'See why',
        '/log/checkpoints',
      );
    case 'redis-away':
      return line(
        `Redis has not answered${since === null ? '' : ` since ${formatClock(Date.parse(since))}`}. Each server counts rate limits alone.`,
        'Show refusals',
        '/log?action=rate.limited&since=1h',
      );
  }
}
