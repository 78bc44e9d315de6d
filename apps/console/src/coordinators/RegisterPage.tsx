import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { client } from '../api';
import type { CoordinatorKey, CoordinatorPermission, RegisteredCoordinator } from '../generated/schema';
import { useExpiry } from '../keys/expiry';
import { KeyPanel } from '../keys/KeyPanel';
import { LostKey } from '../keys/LostKey';
import { RotateDialog } from '../keys/RotateDialog';
import { refreshKeys } from '../keys/refresh';
import { useCan } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { Icon } from '../shared/Icon';
import { useWorkspaceOptions } from '../shared/options';
import { Page } from '../shared/Page';
import { memberErrors } from '../shared/problem';
import { ActionFailed } from '../shared/States';
import { useShortcuts } from '../shared/shortcuts';
import { useChange } from '../shared/use-change';
import { NotAllowed } from '../shell/RouteStates';
import classes from './Coordinators.module.css';
import { CapField, LimitField, NetworksField, PermissionsField, WorkspacesField } from './fields';
import { FIRST_PERMISSIONS, PERMISSION_TEXTS } from './permissions';

const FIRST_LIMIT = 100;

export function RegisterPage() {
  const navigate = useNavigate();
  const isAdmin = useCan('system:admin');
  if (!isAdmin) return <NotAllowed page="Coordinators" />;
  return (
    <Page title="Register coordinator" back={<Link to="/coordinators">Coordinators</Link>}>
      <RegisterForm
        onDone={(id) => void navigate({ to: '/coordinators/$id', params: { id }, ignoreBlocker: true })}
      />
    </Page>
  );
}

/** One form, then the key. */
export function RegisterForm({
  workspaceId,
  onDone,
}: {
  workspaceId?: string | undefined;
  onDone: (id: string) => void;
}) {
  const queries = useQueryClient();
  const workspaces = useWorkspaceOptions();
  const [name, setName] = useState('');
  const [workspaceIds, setWorkspaceIds] = useState<string[]>(workspaceId === undefined ? [] : [workspaceId]);
  const [isOpen, setOpen] = useState(false);
  const [permissions, setPermissions] = useState<CoordinatorPermission[]>(FIRST_PERMISSIONS);
  const [limit, setLimit] = useState<number>(FIRST_LIMIT);
  const [cap, setCap] = useState<number | null>(null);
  const [networks, setNetworks] = useState<string[]>([]);
  const [registered, setRegistered] = useState<RegisteredCoordinator>();
  const [lostKey, setLostKey] = useState<CoordinatorKey>();
  const expiry = useExpiry('1y');
  const nameInput = useRef<HTMLInputElement>(null);
  const { run, isPending, error, lost, onOutcome } = useChange<RegisteredCoordinator>((answer) => {
    void refreshKeys(queries);
    setRegistered(answer);
  });
  const errors = memberErrors(error);

  // A single workspace is chosen already.
  const only = workspaces.length === 1 ? workspaces[0]?.value : undefined;
  useEffect(() => {
    if (only !== undefined) setWorkspaceIds((chosen) => (chosen.length === 0 ? [only] : chosen));
  }, [only]);
  useEffect(() => {
    if (error !== null) nameInput.current?.focus();
  }, [error]);

  const submit = (): void => {
    if (name.trim() === '' || workspaceIds.length === 0 || isPending || expiry.isMissing) {
      nameInput.current?.focus();
      return;
    }
    run((headers) =>
      client.POST('/admin/coordinators', {
        params: { header: headers },
        body: {
          name: name.trim(),
          workspaceIds,
          permissions,
          rateLimitPerMinute: limit,
          ...(cap !== null && { maxRunning: cap }),
          ...(networks.length > 0 && { allowedNetworks: networks }),
          ...(expiry.expiresAt !== undefined && { keyExpiresAt: expiry.expiresAt }),
        },
      }),
    );
  };
  useShortcuts({ 'mod+enter': submit });

  const rights =
    permissions.map((it) => PERMISSION_TEXTS[it].name.toLowerCase()).join(', ') || 'No permission';
  const summary = [
    rights.charAt(0).toUpperCase() + rights.slice(1),
    `${limit} requests a minute`,
    networks.length === 0 ? 'any network' : networks.join(', '),
    `key ${expiry.text}`,
  ].join(' · ');
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextInput
        ref={nameInput}
        label="Name"
        description="The audit log shows it."
        placeholder="orchestrator"
        required
        autoFocus
        autoComplete="off"
        value={name}
        error={errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {workspaceId === undefined && (
        <WorkspacesField value={workspaceIds} error={errors.workspaceIds} onChange={setWorkspaceIds} />
      )}
      <button
        type="button"
        className={classes.summary}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <span>{summary}</span>
        <Icon name={isOpen ? 'minus' : 'down'} />
      </button>
      {isOpen && (
        <div className={classes.more}>
          <PermissionsField value={permissions} onChange={setPermissions} />
          <LimitField value={limit} error={errors.rateLimitPerMinute} onChange={setLimit} />
          <CapField value={cap} error={errors.maxRunning} onChange={setCap} />
          <NetworksField
            of="its keys are"
            value={networks}
            error={errors.allowedNetworks}
            onChange={setNetworks}
          />
          {expiry.field}
        </div>
      )}
      <ActionFailed error={Object.keys(errors).length > 0 ? null : error} />
      <LostKey error={lost} onOutcome={onOutcome} onReplace={setLostKey} />
      <div className={classes.buttons}>
        <ActionButton
          type="submit"
          loading={isPending}
          disabled={name.trim() === '' || workspaceIds.length === 0}
        >
          Register coordinator
        </ActionButton>
      </div>
      {lostKey !== undefined && (
        <RotateDialog item={lostKey} isLost onClose={() => onDone(lostKey.coordinatorId)} />
      )}
      {registered !== undefined && (
        <KeyPanel
          secret={registered.apiKey}
          name={registered.coordinator.name}
          use={{ kind: 'coordinator', name: registered.coordinator.name }}
          onClose={() => onDone(registered.coordinator.id)}
        />
      )}
    </form>
  );
}
