import { MultiSelect, Radio, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api';
import { NetworksField } from '../coordinators/fields';
import type { IssuedOperator, Operator, OperatorRole } from '../generated/schema';
import { useExpiry } from '../keys/expiry';
import { KeyPanel } from '../keys/KeyPanel';
import { ROLE_NAMES, ROLE_TEXTS } from '../session/session';
import { Dialog } from '../shared/Dialog';
import { keysOf } from '../shared/keys-of';
import { LostAnswer } from '../shared/Lost';
import { useWorkspaceOptions } from '../shared/options';
import { hasCode, memberErrors } from '../shared/problem';
import { Hint } from '../shared/States';
import { useChange } from '../shared/use-change';

const ROLES = keysOf(ROLE_TEXTS);

/** Creates an operator, whose key is shown once, or changes one. */
export function OperatorDialog({ operator, onClose }: { operator?: Operator; onClose: () => void }) {
  const queries = useQueryClient();
  const workspaces = useWorkspaceOptions();
  const [name, setName] = useState(operator?.name ?? '');
  const [role, setRole] = useState<OperatorRole>(operator?.role ?? 'OPERATOR');
  const [isLimited, setLimited] = useState(
    operator?.workspaceIds !== null && operator?.workspaceIds !== undefined,
  );
  const [workspaceIds, setWorkspaceIds] = useState<string[]>(operator?.workspaceIds ?? []);
  const [networks, setNetworks] = useState(operator?.allowedNetworks ?? []);
  const [issued, setIssued] = useState<IssuedOperator>();
  const expiry = useExpiry('1y');
  const { run, isPending, error, lost, onOutcome } = useChange<IssuedOperator | Operator>((answer) => {
    void refreshOperators(queries);
    if (answer !== undefined && 'accessKey' in answer) {
      setIssued(answer);
      return;
    }
    notifications.show(
      operator === undefined
        ? { message: `${name} is created, but the text of the key was lost on the way: rotate it.` }
        : { message: `${name} is changed.`, color: 'teal' },
    );
    onClose();
  });
  const errors = memberErrors(error);
  if (issued !== undefined) {
    return (
      <KeyPanel secret={issued.accessKey} name={name} use={{ kind: 'operator', name }} onClose={onClose} />
    );
  }
  const scope = role === 'ADMIN' || !isLimited ? null : workspaceIds;
  const isDemoted = operator?.role === 'ADMIN' && role !== 'ADMIN';
  return (
    <Dialog
      title={operator === undefined ? 'Create operator' : `Change ${operator.name}`}
      facts={
        isDemoted ? (
          <p>{operator.name} loses access to the rest at the next request. The records stay.</p>
        ) : undefined
      }
      keep={operator === undefined ? 'Close' : 'Keep as it is'}
      act={operator === undefined ? 'Create operator' : 'Save changes'}
      size="lg"
      pending={isPending}
      disabled={name.trim() === '' || (scope !== null && scope.length === 0) || expiry.isMissing}
      error={Object.keys(errors).length > 0 || hasCode(error, 'last-admin') ? null : error}
      onKeep={onClose}
      onAct={() =>
        run((headers) => {
          const body = { name: name.trim(), role, workspaceIds: scope, allowedNetworks: networks };
          return operator === undefined
            ? client.POST('/admin/operators', {
                params: { header: headers },
                body: { ...body, ...(expiry.expiresAt !== undefined && { keyExpiresAt: expiry.expiresAt }) },
              })
            : client.PATCH('/admin/operators/{id}', {
                params: { path: { id: operator.id }, header: headers },
                body,
              });
        })
      }
    >
      <TextInput
        label="Name"
        placeholder="Ada"
        required
        data-autofocus
        value={name}
        error={errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Radio.Group<OperatorRole> label="Role" value={role} onChange={setRole}>
        {ROLES.map((it) => (
          <Radio
            key={it}
            value={it}
            mt="xs"
            label={ROLE_NAMES[it].charAt(0).toUpperCase() + ROLE_NAMES[it].slice(1)}
            description={ROLE_TEXTS[it]}
          />
        ))}
      </Radio.Group>
      {role !== 'ADMIN' && (
        <Radio.Group
          label="Workspaces"
          value={isLimited ? 'some' : 'all'}
          onChange={(chosen) => setLimited(chosen === 'some')}
        >
          <Radio value="all" label="All" mt="xs" />
          <Radio value="some" label="Only some" mt="xs" />
        </Radio.Group>
      )}
      {role !== 'ADMIN' && isLimited && (
        <MultiSelect
          aria-label="Workspaces of the operator"
          placeholder="Choose at least one"
          searchable
          data={workspaces}
          value={workspaceIds}
          error={errors.workspaceIds}
          onChange={setWorkspaceIds}
        />
      )}
      <NetworksField of="the key is" value={networks} error={errors.allowedNetworks} onChange={setNetworks} />
      {operator === undefined && expiry.field}
      {hasCode(error, 'last-admin') && (
        <Hint tone="bad">
          {operator?.name ?? name} is the only administrator. Give another operator this role first.
        </Hint>
      )}
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}

export async function refreshOperators(queries: ReturnType<typeof useQueryClient>): Promise<void> {
  await Promise.all(
    ['/admin/operators', '/admin/operators/{id}', '/sessions', '/audit-log'].map((path) =>
      queries.invalidateQueries({ queryKey: ['get', path] }),
    ),
  );
}
