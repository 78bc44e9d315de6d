import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api';
import type { Coordinator, CoordinatorKey } from '../generated/schema';
import { useEndedBy } from '../keys/ended-by';
import { IssueKeyDialog } from '../keys/IssueKeyDialog';
import { isReplaceable, isSilentOnUse, KeyStateBadge } from '../keys/key-state';
import { RevokeDialog } from '../keys/RevokeDialog';
import { RotateDialog } from '../keys/RotateDialog';
import { RotationBar } from '../keys/RotationBar';
import { ActionButton } from '../shared/ActionButton';
import { clock, useNow } from '../shared/clock';
import { formatAge } from '../shared/format';
import { Hint, LoadFailed, Notice, SkeletonRows } from '../shared/States';
import { Missing, Time } from '../shared/Time';
import classes from './Coordinators.module.css';

type Open = { kind: 'issue' } | { kind: 'rotate' | 'replace' | 'revoke'; item: CoordinatorKey };

/** The keys of one service: live ones first, ended ones with their reason. */
export function KeysTab({ coordinator }: { coordinator: Coordinator }) {
  const [open, setOpen] = useState<Open>();
  const list = api.useQuery(
    'get',
    '/admin/coordinators/{id}/keys',
    { params: { path: { id: coordinator.id }, query: { limit: 100 } } },
    { refetchInterval: 30_000 },
  );
  const endedBy = useEndedBy(list.data?.items ?? []);
  if (list.isPending) return <SkeletonRows what="keys" rows={4} />;
  if (list.data === undefined)
    return <LoadFailed what="Keys" error={list.error} onRetry={() => void list.refetch()} />;
  const keys = [...list.data.items].sort(
    (one, other) => Number(other.state === 'ACTIVE') - Number(one.state === 'ACTIVE'),
  );
  const close = () => setOpen(undefined);
  return (
    <>
      {keys
        .filter(({ state, rotatedAt }) => state === 'ACTIVE' && rotatedAt !== null)
        .map((old) => (
          <Overlap key={old.id} old={old} keys={keys} onEnd={() => setOpen({ kind: 'revoke', item: old })} />
        ))}
      {keys.length === 0 ? (
        <Notice>No key exists. Without one, this coordinator cannot send requests.</Notice>
      ) : (
        <ul className={classes.rows} aria-label="Keys">
          {keys.map((item) => (
            <li key={item.id}>
              <span className={classes.grow}>
                <Link to="/keys/$kid" params={{ kid: item.kid }} className="mono">
                  {item.environment ? 'from environment' : item.kid}
                </Link>
                {item.name !== null && <span className="secondary"> {item.name}</span>}
              </span>
              <KeyStateBadge item={item} />
              {item.lastUsedAt !== null && (
                <span className="secondary">
                  used <Time at={item.lastUsedAt} />
                </span>
              )}
              {isSilentOnUse(item) && <span className="secondary">never used</span>}
              <span className="secondary">
                {item.state === 'REVOKED' ? (
                  <>
                    revoked <Time at={item.revokedAt} />{' '}
                    {endedBy(item) !== undefined && `by ${endedBy(item)}`}
                  </>
                ) : item.expiresAt === null ? (
                  <Missing>never ends</Missing>
                ) : (
                  <>
                    {item.state === 'EXPIRED' ? 'ended' : 'ends'} <Time at={item.expiresAt} />
                  </>
                )}
              </span>
              {item.state === 'ACTIVE' && (
                <span className={classes.end}>
                  {isReplaceable(item) && (
                    <ActionButton
                      size="xs"
                      variant="default"
                      onClick={() => setOpen({ kind: 'replace', item })}
                    >
                      Replace
                    </ActionButton>
                  )}
                  {item.rotatedAt === null && (
                    <ActionButton
                      size="xs"
                      variant="default"
                      onClick={() => setOpen({ kind: 'rotate', item })}
                    >
                      Rotate
                    </ActionButton>
                  )}
                  <ActionButton size="xs" variant="default" onClick={() => setOpen({ kind: 'revoke', item })}>
                    Revoke
                  </ActionButton>
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      <div>
        <ActionButton variant="default" mt="md" onClick={() => setOpen({ kind: 'issue' })}>
          Issue another key
        </ActionButton>
      </div>
      {open?.kind === 'issue' && <IssueKeyDialog coordinator={coordinator} onClose={close} />}
      {(open?.kind === 'rotate' || open?.kind === 'replace') && (
        <RotateDialog item={open.item} isLost={open.kind === 'replace'} onClose={close} />
      )}
      {open?.kind === 'revoke' && <RevokeDialog item={open.item} onClose={close} />}
    </>
  );
}

/** Stays until the overlap ends, and offers to end it as soon as only the new key is used. */
function Overlap({
  old,
  keys,
  onEnd,
}: {
  old: CoordinatorKey;
  keys: readonly CoordinatorKey[];
  onEnd: () => void;
}) {
  useNow(15);
  const successor = keys.find(({ predecessorId, state }) => predecessorId === old.id && state === 'ACTIVE');
  if (successor === undefined || old.expiresAt === null || old.rotatedAt === null) return null;
  const isQuiet =
    successor.lastUsedAt !== null &&
    (old.lastUsedAt === null || Date.parse(old.lastUsedAt) < Date.parse(successor.lastUsedAt) - 120_000);
  return (
    <div className={classes.panel}>
      <RotationBar
        oldKid={old.kid}
        newKid={successor.kid}
        oldEnds={Date.parse(old.expiresAt)}
        newEnds={successor.expiresAt === null ? undefined : Date.parse(successor.expiresAt)}
        rotatedAt={Date.parse(old.rotatedAt)}
        oldUsed={usedText(old)}
        newUsed={usedText(successor)}
      />
      {isQuiet && (
        <Hint>
          The old key has not been used since <Time at={old.lastUsedAt} none="it was rotated" />.{' '}
          <ActionButton size="compact-xs" variant="default" onClick={onEnd}>
            End it now
          </ActionButton>
        </Hint>
      )}
    </div>
  );
}

function usedText({ lastUsedAt }: CoordinatorKey): string {
  return lastUsedAt === null ? 'never used' : `used ${formatAge(Date.parse(lastUsedAt), clock.now())}`;
}
