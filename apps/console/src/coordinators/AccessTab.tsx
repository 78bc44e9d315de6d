import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api';
import type { Coordinator } from '../generated/schema';
import { refreshKeys } from '../keys/refresh';
import { ActionButton } from '../shared/ActionButton';
import { Dialog } from '../shared/Dialog';
import { LostAnswer } from '../shared/Lost';
import { forgetNames, WorkspaceName } from '../shared/names';
import { memberErrors } from '../shared/problem';
import { ActionFailed } from '../shared/States';
import { useShortcuts } from '../shared/shortcuts';
import { useChange } from '../shared/use-change';
import classes from './Coordinators.module.css';
import { CapField, LimitField, NetworksField, PermissionsField, WorkspacesField } from './fields';
import { PERMISSION_TEXTS } from './permissions';
import { RunFacts } from './RunFacts';

/** What a coordinator may do, and where: edited in place. Taking something away says what that stops. */
export function AccessTab({
  coordinator,
  autoFocus = false,
}: {
  coordinator: Coordinator;
  /** the shortcut leads to the first field */
  autoFocus?: boolean;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState(coordinator.name);
  const [workspaceIds, setWorkspaceIds] = useState(coordinator.workspaceIds);
  const [permissions, setPermissions] = useState(coordinator.permissions);
  const [limit, setLimit] = useState(coordinator.rateLimitPerMinute);
  const [cap, setCap] = useState(coordinator.maxRunning);
  const [networks, setNetworks] = useState(coordinator.allowedNetworks);
  const [isAsking, setAsking] = useState(false);
  const { run, isPending, error, lost, onOutcome } = useChange<Coordinator>(() => {
    void refreshKeys(queries);
    void forgetNames();
    setAsking(false);
    notifications.show({ message: `${name} is changed.`, color: 'teal' });
  });
  const errors = memberErrors(error);

  const changes = {
    ...(name.trim() !== coordinator.name && { name: name.trim() }),
    ...(isOther(workspaceIds, coordinator.workspaceIds) && { workspaceIds }),
    ...(isOther(permissions, coordinator.permissions) && { permissions }),
    ...(limit !== coordinator.rateLimitPerMinute && { rateLimitPerMinute: limit }),
    ...(cap !== coordinator.maxRunning && { maxRunning: cap }),
    ...(isOther(networks, coordinator.allowedNetworks) && { allowedNetworks: networks }),
  };
  const lostWorkspaces = coordinator.workspaceIds.filter((id) => !workspaceIds.includes(id));
  const lostPermissions = coordinator.permissions.filter((it) => !permissions.includes(it));
  const isUnchanged = Object.keys(changes).length === 0;
  const send = (): void =>
    run((headers) =>
      client.PATCH('/admin/coordinators/{id}', {
        params: { path: { id: coordinator.id }, header: headers },
        body: changes,
      }),
    );
  const submit = (): void => {
    if (isUnchanged || isPending) return;
    if (lostWorkspaces.length > 0 || lostPermissions.length > 0) setAsking(true);
    else send();
  };
  useShortcuts({ 'mod+enter': submit });

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <WorkspacesField
        value={workspaceIds}
        error={errors.workspaceIds}
        autoFocus={autoFocus}
        onChange={setWorkspaceIds}
      />
      <LimitField value={limit} error={errors.rateLimitPerMinute} onChange={setLimit} />
      <CapField value={cap} error={errors.maxRunning} onChange={setCap} />
      <PermissionsField value={permissions} onChange={setPermissions} />
      <NetworksField
        of="its keys are"
        value={networks}
        error={errors.allowedNetworks}
        onChange={setNetworks}
      />
      <TextInput
        label="Name"
        description="Records keep the name that it had."
        value={name}
        error={errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {!isAsking && <ActionFailed error={Object.keys(errors).length > 0 ? null : error} />}
      <LostAnswer error={lost} onOutcome={onOutcome} />
      <div className={classes.buttons}>
        <ActionButton type="submit" disabled={isUnchanged} loading={isPending && !isAsking}>
          Save changes
        </ActionButton>
      </div>
      {isAsking && (
        <Dialog
          title={`Take access from ${coordinator.name}?`}
          facts={
            <>
              {lostWorkspaces.map((id) => (
                <div key={id}>
                  <p>
                    {coordinator.name} loses <WorkspaceName id={id} />.
                  </p>
                  <RunFacts coordinatorId={coordinator.id} workspaceId={id} />
                </div>
              ))}
              {lostPermissions.map((it) => (
                <p key={it}>
                  {coordinator.name} loses the permission “{PERMISSION_TEXTS[it].name}”.
                </p>
              ))}
            </>
          }
          keep="Keep"
          act="Take access"
          danger
          pending={isPending}
          pendingText="Waiting for requests under way, at most 5 s."
          error={error}
          onKeep={() => setAsking(false)}
          onAct={send}
        />
      )}
    </form>
  );
}

function isOther(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join(' ') !== [...other].sort().join(' ');
}
