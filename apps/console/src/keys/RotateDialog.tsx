import { NumberInput, SegmentedControl } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api';
import type { CoordinatorKey, RotatedKey } from '../generated/schema';
import { clock } from '../shared/clock';
import { Dialog } from '../shared/Dialog';
import { formatFull, shortKid, usedText } from '../shared/format';
import { useCoordinatorName } from '../shared/names';
import { refusalOf } from '../shared/problem';
import { Hint } from '../shared/States';
import { useChange } from '../shared/use-change';
import { KeyPanel } from './KeyPanel';
import { LostKey } from './LostKey';
import { RotationBar } from './RotationBar';
import { refreshKeys } from './refresh';

const OVERLAPS = [
  { value: '0', label: 'None' },
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
  { value: 'other', label: 'Other' },
];
const HOUR_S = 3_600;

interface Props {
  item: CoordinatorKey;
  /** the text of the key is lost, so it ends at once */
  isLost?: boolean;
  onClose: () => void;
}

/** Issues the successor of a key. Both work during the overlap, and the drawing says how long. */
export function RotateDialog({ item, isLost = false, onClose }: Props) {
  const queries = useQueryClient();
  const name = useCoordinatorName(item.coordinatorId);
  const [choice, setChoice] = useState('86400');
  const [hours, setHours] = useState(12);
  const [rotated, setRotated] = useState<RotatedKey>();
  const [lostKey, setLostKey] = useState<CoordinatorKey>();
  const overlap = isLost ? 0 : choice === 'other' ? hours * HOUR_S : Number(choice);
  const now = clock.now();
  const { run, isPending, error, lost, onOutcome } = useChange<RotatedKey>((answer) => {
    void refreshKeys(queries);
    if (answer !== undefined) setRotated(answer);
  });
  if (lostKey !== undefined) return <RotateDialog item={lostKey} isLost onClose={onClose} />;
  if (rotated !== undefined) {
    return (
      <KeyPanel secret={rotated.apiKey} name={name} use={{ kind: 'coordinator', name }} onClose={onClose} />
    );
  }
  const life = item.expiresAt === null ? undefined : Date.parse(item.expiresAt) - Date.parse(item.createdAt);
  return (
    <Dialog
      title={`${isLost ? 'Replace' : 'Rotate'} key ${shortKid(item.kid)}?`}
      facts={
        <p>
          {isLost
            ? `A new key is issued, and this one ends at once. ${usedText(item)}`
            : 'A new key is issued. Put it in place before the old one ends.'}
        </p>
      }
      keep="Keep key"
      act={isLost ? 'Replace key' : 'Rotate key'}
      danger={isLost}
      size="lg"
      pending={isPending}
      error={successorText(error) === undefined ? error : undefined}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          client.POST('/admin/coordinators/{id}/keys/{keyId}/rotate', {
            params: { path: { id: item.coordinatorId, keyId: item.id }, header: headers },
            body: { overlapSeconds: overlap },
          }),
        )
      }
    >
      {!isLost && (
        <SegmentedControl
          aria-label="How long both keys work"
          data={OVERLAPS}
          value={choice}
          onChange={setChoice}
          fullWidth
        />
      )}
      {choice === 'other' && (
        <NumberInput
          label="Hours"
          min={0}
          max={168}
          value={hours}
          onChange={(value) => setHours(Number(value))}
        />
      )}
      <RotationBar
        oldKid={item.kid}
        newKid={null}
        oldEnds={now + overlap * 1_000}
        newEnds={life === undefined ? undefined : now + life}
        rotatedAt={now}
      />
      {successorText(error) !== undefined && <Hint tone="warning">{successorText(error)}</Hint>}
      <LostKey error={lost} onOutcome={onOutcome} onReplace={setLostKey} />
    </Dialog>
  );
}

/** `This key was already rotated. It ends tomorrow at 14:00.` */
function successorText(error: unknown): string | undefined {
  const refusal = refusalOf(error);
  if (refusal?.code !== 'successor-exists') return undefined;
  const { predecessor } = refusal;
  const ends =
    typeof predecessor === 'object' && predecessor !== null && 'expiresAt' in predecessor
      ? String(predecessor.expiresAt)
      : undefined;
  return `This key was already rotated. ${ends === undefined ? '' : `It ends on ${formatFull(Date.parse(ends))}.`}`;
}
