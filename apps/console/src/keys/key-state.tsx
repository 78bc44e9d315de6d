import type { CoordinatorKey } from '../generated/schema';
import { Badge, type Tone } from '../shared/Badge';
import { clock } from '../shared/clock';
import { formatAge, formatClock, formatDate } from '../shared/format';
import type { IconName } from '../shared/Icon';

const SOON_MS = 14 * 86_400_000;
const DAY_MS = 86_400_000;

/** A live key's state by what matters most: its end, its successor, its use. */
export function KeyStateBadge({ item }: { item: CoordinatorKey }) {
  const { tone, icon, text } = lookOf(item);
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}

/** Whether the badge says nothing about an unused key, because something else matters more. */
export function isSilentOnUse(item: CoordinatorKey): boolean {
  return item.lastUsedAt === null && lookOf(item) !== NEVER_USED;
}

/** What ended a key that was not revoked. */
export function endOf({ rotatedAt }: CoordinatorKey): string {
  return rotatedAt === null ? 'its last day' : 'rotation';
}

/** A key that was never used may be one whose text is lost. */
export function isReplaceable({ state, lastUsedAt, rotatedAt, environment }: CoordinatorKey): boolean {
  return state === 'ACTIVE' && lastUsedAt === null && rotatedAt === null && !environment;
}

interface Look {
  tone: Tone;
  icon: IconName;
  text: string;
}

const NEVER_USED: Look = { tone: 'neutral', icon: 'dotted', text: 'Never used' };

function lookOf({ state, expiresAt, rotatedAt, lastUsedAt }: CoordinatorKey): Look {
  const now = clock.now();
  const ends = expiresAt === null ? undefined : Date.parse(expiresAt);
  if (state === 'REVOKED') return { tone: 'neutral', icon: 'times', text: 'Revoked' };
  if (state === 'EXPIRED') return { tone: 'neutral', icon: 'slash', text: 'Expired' };
  if (rotatedAt !== null && ends !== undefined) {
    const end = ends - now < DAY_MS ? formatClock(ends) : formatDate(ends, now);
    return { tone: 'warning', icon: 'swap', text: `Rotated, ends ${end}` };
  }
  if (ends !== undefined && ends - now < SOON_MS) {
    return { tone: 'warning', icon: 'clock', text: `Ends ${formatAge(ends, now)}` };
  }
  if (lastUsedAt === null) return NEVER_USED;
  return { tone: 'good', icon: 'dot', text: 'Active' };
}
