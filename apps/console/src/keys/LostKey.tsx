import { useState } from 'react';
import { client } from '../api';
import type { CoordinatorKey } from '../generated/schema';
import { ActionButton } from '../shared/ActionButton';
import { type LookedUp, LostAnswerError } from '../shared/change';
import { useLookUp } from '../shared/Lost';
import { ActionFailed, Hint } from '../shared/States';

interface Props {
  error: unknown;
  onOutcome: (found: LookedUp) => void;
  onReplace: (key: CoordinatorKey) => void;
}

/** After a lost answer to a request for a key. If a key was issued, its text cannot be shown again: it is replaced. */
export function LostKey({ error, onOutcome, onReplace }: Props) {
  const found = useLookUp(error, onOutcome);
  const [failure, setFailure] = useState<unknown>();
  if (!(error instanceof LostAnswerError)) return null;
  if (found?.outcome === 'not-done') return <Hint tone="warning">Nothing was issued. Try again.</Hint>;
  const issued = found?.records.find(({ action }) => action === 'coordinator-key.issued');
  const keyId = issued?.resourceId;
  const id = issued?.changes.coordinatorId?.to;
  if (typeof keyId !== 'string' || typeof id !== 'string') return <Checking found={found} />;
  const replace = async (): Promise<void> => {
    try {
      const answer = await client.GET('/admin/coordinators/{id}/keys/{keyId}', {
        params: { path: { id, keyId } },
      });
      if (answer.data === undefined) setFailure(answer.error);
      else onReplace(answer.data);
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      <Hint tone="warning">
        The key was issued, but its text was lost on the way.{' '}
        <ActionButton size="compact-xs" variant="default" onClick={() => void replace()}>
          Replace
        </ActionButton>
      </Hint>
      <ActionFailed error={failure} />
    </>
  );
}

function Checking({ found }: { found: LookedUp | undefined }) {
  return (
    <Hint tone="warning">
      No answer arrived. {found === undefined ? 'Checking whether it happened…' : 'Not known yet.'}
    </Hint>
  );
}
