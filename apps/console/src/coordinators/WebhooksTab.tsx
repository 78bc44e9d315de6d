import { Button, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, client } from '../api';
import type { Coordinator, Webhook } from '../generated/schema';
import { ActionButton } from '../shared/ActionButton';
import { Badge } from '../shared/Badge';
import { CopyButton } from '../shared/CopyButton';
import { Dialog } from '../shared/Dialog';
import { Facts } from '../shared/Facts';
import { LostAnswer } from '../shared/Lost';
import { memberErrors } from '../shared/problem';
import { Hint, LoadFailed, Notice, SkeletonRows } from '../shared/States';
import { Time } from '../shared/Time';
import { useChange } from '../shared/use-change';
import classes from './Coordinators.module.css';

type Open = { kind: 'add' } | { kind: 'delete' | 'rotate'; webhook: Webhook };

/** Addresses to which forges send signed deliveries for this coordinator. */
export function WebhooksTab({ coordinator }: { coordinator: Coordinator }) {
  const [open, setOpen] = useState<Open>();
  const list = api.useQuery('get', '/admin/coordinators/{id}/webhooks', {
    params: { path: { id: coordinator.id }, query: { limit: 100 } },
  });
  const add = (
    <ActionButton variant="default" onClick={() => setOpen({ kind: 'add' })}>
      Add webhook
    </ActionButton>
  );
  if (list.isPending) return <SkeletonRows what="webhooks" rows={3} />;
  if (list.data === undefined)
    return <LoadFailed what="Webhooks" error={list.error} onRetry={() => void list.refetch()} />;
  return (
    <>
      {!coordinator.permissions.includes('stitcher:dispatch') && (
        <Hint tone="warning">Deliveries are refused: this coordinator has no permission to dispatch.</Hint>
      )}
      {list.data.items.length === 0 ? (
        <Notice actions={add}>No forge sends webhooks to this coordinator.</Notice>
      ) : (
        <>
          <ul className={classes.rows} aria-label="Webhooks">
            {list.data.items.map((webhook) => (
              <li key={webhook.id}>
                <span className={classes.grow}>
                  <strong>{webhook.name ?? 'Without a name'}</strong>{' '}
                  <span className="mono secondary cut">{webhook.path}</span>{' '}
                  <CopyButton text={`${location.origin}${webhook.path}`} label="Copy address" />
                </span>
                {webhook.state === 'ACTIVE' ? (
                  <Badge tone="good" icon="dot">
                    Active
                  </Badge>
                ) : (
                  <Badge tone="neutral" icon="times">
                    {webhook.state === 'REVOKED' ? 'Deleted' : 'Expired'}
                  </Badge>
                )}
                <span className="secondary">
                  created <Time at={webhook.createdAt} />
                </span>
                {webhook.state === 'ACTIVE' && (
                  <span className={classes.end}>
                    {webhook.rotatedAt === null && (
                      <ActionButton
                        size="xs"
                        variant="default"
                        onClick={() => setOpen({ kind: 'rotate', webhook })}
                      >
                        Rotate
                      </ActionButton>
                    )}
                    <ActionButton
                      size="xs"
                      variant="default"
                      onClick={() => setOpen({ kind: 'delete', webhook })}
                    >
                      Delete
                    </ActionButton>
                  </span>
                )}
              </li>
            ))}
          </ul>
          <div>{add}</div>
        </>
      )}
      {open?.kind === 'add' && (
        <AddDialog coordinatorId={coordinator.id} onClose={() => setOpen(undefined)} />
      )}
      {open?.kind === 'rotate' && (
        <AddDialog coordinatorId={coordinator.id} rotated={open.webhook} onClose={() => setOpen(undefined)} />
      )}
      {open?.kind === 'delete' && <DeleteWebhook webhook={open.webhook} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function useRefresh() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: ['get', '/admin/coordinators/{id}/webhooks'] });
}

interface Made {
  webhook: Webhook;
  secret: string;
}

function AddDialog({
  coordinatorId,
  rotated,
  onClose,
}: {
  coordinatorId: string;
  rotated?: Webhook;
  onClose: () => void;
}) {
  const refresh = useRefresh();
  const [name, setName] = useState('');
  const [made, setMade] = useState<Made>();
  const { run, isPending, error, lost, onOutcome } = useChange<Made>((answer) => {
    refresh();
    setMade(answer);
  });
  if (made !== undefined) {
    return (
      <Modal
        opened
        onClose={() => undefined}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        title="Put this into the forge"
        size="lg"
      >
        <div className={classes.more}>
          <Facts
            items={[
              [
                'Address',
                <SecretLine key="a" text={`${location.origin}${made.webhook.path}`} label="Copy address" />,
              ],
              ['Content type', 'application/json'],
              ['Signing value', <SecretLine key="s" text={made.secret} label="Copy signing value" />],
            ]}
          />
          <p className="secondary small">The signing value is shown only now.</p>
          <div className={classes.buttons}>
            <Button onClick={onClose}>Done</Button>
          </div>
        </div>
      </Modal>
    );
  }
  const params = { path: { id: coordinatorId } };
  return (
    <Dialog
      title={rotated === undefined ? 'Add a webhook?' : `Rotate webhook ${rotated.name ?? ''}?`}
      facts={
        <p>
          {rotated === undefined
            ? 'The forge signs each delivery. The value for that is shown once.'
            : 'A new address and a new signing value are made. The old ones work for one more day.'}
        </p>
      }
      keep="Close"
      act={rotated === undefined ? 'Add webhook' : 'Rotate webhook'}
      pending={isPending}
      error={error}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          rotated === undefined
            ? client.POST('/admin/coordinators/{id}/webhooks', {
                params: { ...params, header: headers },
                body: name.trim() === '' ? {} : { name: name.trim() },
              })
            : client.POST('/admin/coordinators/{id}/webhooks/{webhookId}/rotate', {
                params: { path: { id: coordinatorId, webhookId: rotated.id }, header: headers },
                body: {},
              }),
        )
      }
    >
      {rotated === undefined && (
        <TextInput
          label="Name"
          placeholder="gitea"
          data-autofocus
          value={name}
          error={memberErrors(error).name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}

function SecretLine({ text, label }: { text: string; label: string }) {
  return (
    <>
      <span className="mono">{text}</span> <CopyButton text={text} label={label} />
    </>
  );
}

function DeleteWebhook({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const refresh = useRefresh();
  const { run, isPending, error, lost, onOutcome } = useChange<unknown>(() => {
    refresh();
    notifications.show({ message: 'The webhook is deleted.', color: 'teal' });
    onClose();
  });
  return (
    <Dialog
      title="Delete this webhook?"
      facts={<p>Deliveries from this forge are refused from now on.</p>}
      keep="Keep"
      act="Delete webhook"
      danger
      pending={isPending}
      error={error}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          client.DELETE('/admin/coordinators/{id}/webhooks/{webhookId}', {
            params: { path: { id: webhook.coordinatorId, webhookId: webhook.id }, header: headers },
          }),
        )
      }
    >
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}
