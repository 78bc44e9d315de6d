import { Radio, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { client } from '../api';
import type { Coordinator } from '../generated/schema';
import { refreshKeys } from '../keys/refresh';
import { Dialog } from '../shared/Dialog';
import { LostAnswer } from '../shared/Lost';
import { useChange } from '../shared/use-change';
import { RunFacts } from './RunFacts';

type Runs = 'leave' | 'requeue' | 'cancel';

const RUNS: { value: Runs; label: string }[] = [
  { value: 'leave', label: 'Leave them: they go on until their leases end' },
  { value: 'requeue', label: 'Return them to pending, for another coordinator' },
  { value: 'cancel', label: 'Cancel them' },
];

export function SuspendDialog({ coordinator, onClose }: { coordinator: Coordinator; onClose: () => void }) {
  const queries = useQueryClient();
  const [runs, setRuns] = useState<Runs>('leave');
  const isActive = coordinator.status === 'ACTIVE';
  const { run, isPending, error, lost, onOutcome } = useChange<Coordinator>(() => {
    void refreshKeys(queries);
    notifications.show({
      message: isActive ? `${coordinator.name} is suspended.` : `${coordinator.name} is active.`,
      color: 'teal',
    });
    onClose();
  });
  return (
    <Dialog
      title={isActive ? `Suspend ${coordinator.name}?` : `Activate ${coordinator.name}?`}
      facts={
        isActive ? (
          <>
            <p>All its requests are refused until you activate it.</p>
            <RunFacts coordinatorId={coordinator.id} />
          </>
        ) : (
          <p>Its requests are served again from the next one on.</p>
        )
      }
      keep={isActive ? 'Keep active' : 'Keep suspended'}
      act={isActive ? 'Suspend' : 'Activate'}
      danger={isActive}
      pending={isPending}
      error={error}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          client.PATCH('/admin/coordinators/{id}', {
            params: { path: { id: coordinator.id }, header: headers },
            body: isActive ? { status: 'SUSPENDED', runs } : { status: 'ACTIVE' },
          }),
        )
      }
    >
      {isActive && <RunsChoice value={runs} onChange={setRuns} />}
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}

export function DeleteDialog({ coordinator, onClose }: { coordinator: Coordinator; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [runs, setRuns] = useState<Runs>('requeue');
  const { run, isPending, error, lost, onOutcome } = useChange<unknown>(() => {
    void refreshKeys(queries);
    notifications.show({ message: `${coordinator.name} is deleted.`, color: 'teal' });
    void navigate({ to: '/coordinators' });
  });
  return (
    <Dialog
      title={`Delete ${coordinator.name}?`}
      facts={
        <>
          <p>Its keys are revoked for good. Its records stay.</p>
          <RunFacts coordinatorId={coordinator.id} />
        </>
      }
      keep="Keep coordinator"
      act="Delete coordinator"
      danger
      pending={isPending}
      pendingText="Waiting for requests under way, at most 5 s."
      disabled={typed !== coordinator.name}
      error={error}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          client.DELETE('/admin/coordinators/{id}', {
            params: { path: { id: coordinator.id }, query: { runs }, header: headers },
          }),
        )
      }
    >
      <RunsChoice value={runs} onChange={setRuns} />
      <TextInput
        label={`Type ${coordinator.name} to go on`}
        data-autofocus
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}

function RunsChoice({ value, onChange }: { value: Runs; onChange: (value: Runs) => void }) {
  return (
    <Radio.Group<Runs> label="Its running jobs" value={value} onChange={onChange}>
      {RUNS.map((it) => (
        <Radio key={it.value} value={it.value} label={it.label} mt="xs" />
      ))}
    </Radio.Group>
  );
}
