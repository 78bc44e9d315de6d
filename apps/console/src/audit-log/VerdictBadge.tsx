import { Badge, type Tone } from '../shared/Badge';
import type { IconName } from '../shared/Icon';
import { Missing } from '../shared/Time';
import type { Verdict } from './proof/check';

const LOOKS: Record<Verdict['kind'], { tone: Tone; icon: IconName; text: string }> = {
  verified: { tone: 'good', icon: 'verified', text: 'Verified' },
  consistent: { tone: 'neutral', icon: 'shield', text: 'Consistent' },
  unsealed: { tone: 'warning', icon: 'clock', text: 'Not sealed yet' },
  mismatch: { tone: 'bad', icon: 'octagon', text: 'Does not match' },
  'wrong-signer': { tone: 'bad', icon: 'octagon', text: 'Wrong signer' },
  'history-changed': { tone: 'bad', icon: 'octagon', text: 'History changed' },
  unchecked: { tone: 'neutral', icon: 'minus', text: 'Not checked' },
};

export function VerdictBadge({ verdict }: { verdict: Verdict | undefined }) {
  if (verdict === undefined) return <Missing />;
  if (verdict.kind === 'verified' && verdict.erased) {
    return (
      <Badge tone="good" icon="shield-half">
        Verified, partly erased
      </Badge>
    );
  }
  const { tone, icon, text } = LOOKS[verdict.kind];
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}
