import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api';
import { CapField } from '../coordinators/fields';
import type { Workspace } from '../generated/schema';
import { Dialog } from '../shared/Dialog';
import { ListField } from '../shared/ListField';
import { LostAnswer } from '../shared/Lost';
import { forgetNames } from '../shared/names';
import { memberErrors } from '../shared/problem';
import { useChange } from '../shared/use-change';

/** Creates a workspace, or changes one. The slug follows the name until it is typed. */
export function WorkspaceDialog({
  workspace,
  onClose,
}: {
  workspace?: Workspace;
  onClose: (changed: Workspace | undefined) => void;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState(workspace?.name ?? '');
  const [typedSlug, setSlug] = useState(workspace?.slug);
  const [repositories, setRepositories] = useState(workspace?.repositories ?? []);
  const [cap, setCap] = useState(workspace?.maxRunning ?? null);
  const slug = typedSlug ?? slugOf(name);
  const { run, isPending, error, lost, onOutcome } = useChange<Workspace>((answer) => {
    void refreshWorkspaces(queries);
    notifications.show({
      message: workspace === undefined ? `${name} is created.` : `${name} is changed.`,
      color: 'teal',
    });
    onClose(answer);
  });
  const errors = memberErrors(error);
  const body = { name: name.trim(), slug, repositories, maxRunning: cap };
  return (
    <Dialog
      title={workspace === undefined ? 'Create workspace' : `Change ${workspace.name}`}
      facts={workspace === undefined ? <p>A workspace is one tenant and its repositories.</p> : undefined}
      keep={workspace === undefined ? 'Close' : 'Keep as it is'}
      act={workspace === undefined ? 'Create workspace' : 'Save changes'}
      pending={isPending}
      disabled={name.trim() === '' || slug === ''}
      error={Object.keys(errors).length > 0 ? null : error}
      onKeep={() => onClose(undefined)}
      onAct={() =>
        run((headers) =>
          workspace === undefined
            ? client.POST('/admin/workspaces', { params: { header: headers }, body })
            : client.PATCH('/admin/workspaces/{id}', {
                params: { path: { id: workspace.id }, header: headers },
                body,
              }),
        )
      }
    >
      <TextInput
        label="Name"
        placeholder="Acme"
        required
        data-autofocus
        value={name}
        error={errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Slug"
        description="A short name for addresses and lists."
        required
        value={slug}
        error={errors.slug}
        onChange={(event) => setSlug(event.currentTarget.value)}
      />
      <ListField
        label="Repositories"
        description="owner/repo, which decide to which workspace an issue belongs."
        placeholder="acme/shop"
        value={repositories}
        error={errors.repositories}
        onChange={setRepositories}
      />
      <CapField value={cap} error={errors.maxRunning} onChange={setCap} />
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}

export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);
}

export async function refreshWorkspaces(queries: ReturnType<typeof useQueryClient>): Promise<void> {
  await Promise.all([
    ...['/workspaces', '/admin/workspaces', '/admin/workspaces/{id}', '/overview', '/audit-log'].map((path) =>
      queries.invalidateQueries({ queryKey: ['get', path] }),
    ),
    forgetNames(),
  ]);
}
