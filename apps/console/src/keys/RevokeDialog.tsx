import { Checkbox } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, client } from '../api';
import { RunFacts } from '../coordinators/RunFacts';
import type { CoordinatorKey } from '../generated/schema';
import { Dialog } from '../shared/Dialog';
import { plural, shortKid, usedText } from '../shared/format';
import { LostAnswer } from '../shared/Lost';
import { useCoordinatorName } from '../shared/names';
import { SkeletonRows } from '../shared/States';
import { useChange } from '../shared/use-change';
import { chainOf } from './chain';
import { refreshKeys } from './refresh';

/** Revokes a key, with the facts of this moment. */
export function RevokeDialog({ item, onClose }: { item: CoordinatorKey; onClose: () => void }) {
  const queries = useQueryClient();
  const name = useCoordinatorName(item.coordinatorId);
  const [isChain, setChain] = useState(false);
  const keys = api.useQuery(
    'get',
    '/admin/coordinators/{id}/keys',
    { params: { path: { id: item.coordinatorId }, query: { limit: 100 } } },
    { staleTime: 0 },
  );
  const all = keys.data?.items ?? [];
  const chain = chainOf(all, item.id).filter(({ state }) => state === 'ACTIVE');
  const ending = new Set(isChain ? chain.map(({ id }) => id) : [item.id]);
  const others = all.filter(({ id, state }) => state === 'ACTIVE' && !ending.has(id)).length;
  const { run, isPending, error, lost, onOutcome } = useChange<unknown>(() => {
    void refreshKeys(queries);
    notifications.show({ message: 'Revoked. No request with this key has any effect.', color: 'teal' });
    onClose();
  });
  const act = isChain ? `Revoke ${plural(ending.size, 'key')}` : 'Revoke key';
  return (
    <Dialog
      title={
        isChain
          ? `Revoke this key and the ${ending.size - 1} that came from it?`
          : `Revoke key ${shortKid(item.kid)}?`
      }
      facts={
        keys.isPending ? (
          <SkeletonRows what="the facts" rows={2} />
        ) : (
          <>
            <p>
              {usedText(item)}{' '}
              {others > 0
                ? `${name} keeps ${plural(others, 'other key')}; its running jobs continue with ${others === 1 ? 'that' : 'those'}.`
                : `It is the only live key of ${name}.`}
            </p>
            {others === 0 && <RunFacts coordinatorId={item.coordinatorId} />}
          </>
        )
      }
      keep={isChain ? 'Keep keys' : 'Keep key'}
      act={act}
      danger
      pending={isPending}
      pendingText="Revoking. Waiting for requests under way, at most 5 s."
      error={error}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          client.DELETE('/admin/coordinators/{id}/keys/{keyId}', {
            params: {
              path: { id: item.coordinatorId, keyId: item.id },
              query: isChain ? { chain: 'true' as const } : {},
              header: headers,
            },
          }),
        )
      }
    >
      {chain.length > 1 && (
        <Checkbox
          label={`Also the ${plural(chain.length - 1, 'live key')} of its chain`}
          description="Keys that came from it by rotation, or that it came from."
          checked={isChain}
          onChange={(event) => setChain(event.currentTarget.checked)}
        />
      )}
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}
