import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api';
import type { Coordinator, CoordinatorKey, IssuedKey } from '../generated/schema';
import { Dialog } from '../shared/Dialog';
import { memberErrors } from '../shared/problem';
import { useChange } from '../shared/use-change';
import { useExpiry } from './expiry';
import { KeyPanel } from './KeyPanel';
import { LostKey } from './LostKey';
import { RotateDialog } from './RotateDialog';
import { refreshKeys } from './refresh';

export function IssueKeyDialog({
  coordinator,
  onClose,
}: {
  coordinator: Pick<Coordinator, 'id' | 'name'>;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [issued, setIssued] = useState<IssuedKey>();
  const [lostKey, setLostKey] = useState<CoordinatorKey>();
  const expiry = useExpiry('1y');
  const { run, isPending, error, lost, onOutcome } = useChange<IssuedKey>((answer) => {
    void refreshKeys(queries);
    setIssued(answer);
  });
  if (lostKey !== undefined) return <RotateDialog item={lostKey} isLost onClose={onClose} />;
  if (issued !== undefined) {
    return (
      <KeyPanel
        secret={issued.apiKey}
        name={coordinator.name}
        use={{ kind: 'coordinator', name: coordinator.name }}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      title={`Issue another key for ${coordinator.name}?`}
      facts={<p>Its other keys go on working. With a key for each deployment, the log distinguishes them.</p>}
      keep="Close"
      act="Issue key"
      pending={isPending}
      disabled={expiry.isMissing}
      error={error}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          client.POST('/admin/coordinators/{id}/keys', {
            params: { path: { id: coordinator.id }, header: headers },
            body: {
              ...(name.trim() !== '' && { name: name.trim() }),
              ...(expiry.expiresAt !== undefined && { expiresAt: expiry.expiresAt }),
            },
          }),
        )
      }
    >
      <TextInput
        label="Name"
        placeholder="blue"
        data-autofocus
        value={name}
        error={memberErrors(error).name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {expiry.field}
      <LostKey error={lost} onOutcome={onOutcome} onReplace={setLostKey} />
    </Dialog>
  );
}
