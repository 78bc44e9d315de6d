import { Button, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { client } from '../api';
import { useNow } from '../shared/clock';
import { GoTo } from '../shared/GoTo';
import { refusalOf } from '../shared/problem';
import { LoadFailed } from '../shared/States';
import { ProviderButton } from './ProviderButton';
import classes from './SignIn.module.css';
import { SignInForm } from './SignInForm';
import { SESSION_QUERY, type Session, SessionContext, useSessionQuery } from './session';
import { onUnauthorized } from './session-end';

const WARNING_MS = 120_000;

/** Shows pages only with a session, and keeps the page during a new sign-in. */
export function SessionGate({ children }: { children: ReactNode }) {
  const session = useSessionQuery();
  const { href } = useLocation();
  const known = useRef<Session>(undefined);
  const [ended, setEnded] = useState<string>();
  if (session.data !== undefined) known.current = session.data;

  useEffect(
    () =>
      onUnauthorized(() => {
        if (known.current !== undefined) setEnded(reasonOf(known.current));
      }),
    [],
  );

  const current = session.data ?? known.current;
  if (current === undefined) {
    if (session.isPending) return null;
    if (refusalOf(session.error)?.status === 401)
      return <GoTo href={`/sign-in?next=${encodeURIComponent(href)}`} />;
    return <LoadFailed what="Your session" error={session.error} onRetry={() => void session.refetch()} />;
  }
  return (
    <SessionContext value={current}>
      {children}
      {ended === undefined ? (
        <EndingSoon session={current} />
      ) : (
        <SignInLayer text={ended} session={current} onBack={() => setEnded(undefined)} />
      )}
    </SessionContext>
  );
}

function SignInLayer({ text, session, onBack }: { text: string; session: Session; onBack: () => void }) {
  const queries = useQueryClient();
  const { href } = useLocation();
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      title="Signed out"
      closeOnEscape={false}
      zIndex={400}
    >
      <div className={classes.form}>
        <p>{text}</p>
        <SignInForm
          label="Sign in"
          onSignedIn={({ operator }) => {
            // The page shows data of another operator.
            if (operator.id !== session.operator.id) location.assign('/console/');
            else {
              onBack();
              void queries.invalidateQueries();
            }
          }}
        />
        <ProviderButton next={href} />
      </div>
    </Modal>
  );
}

/** Two minutes before the session ends by disuse. */
function EndingSoon({ session }: { session: Session }) {
  const now = useNow(5);
  const queries = useQueryClient();
  const left = Date.parse(session.idleExpiresAt ?? '') - now;
  if (!(left < WARNING_MS && left > 0)) return null;
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      title="You will be signed out in 2 minutes."
      zIndex={400}
    >
      <div className={classes.form}>
        <p>This page has not been used for a while.</p>
        <Button
          data-autofocus
          onClick={async () => {
            await client.GET('/session');
            await queries.invalidateQueries({ queryKey: SESSION_QUERY.queryKey });
          }}
        >
          Stay signed in
        </Button>
      </div>
    </Modal>
  );
}

function reasonOf({ idleExpiresAt, expiresAt }: Session): string {
  const now = Date.now();
  if (now >= Date.parse(expiresAt ?? '') - 5_000) {
    return 'Your session has reached its limit of 12 hours. Sign in to continue here.';
  }
  if (now >= Date.parse(idleExpiresAt ?? '') - 5_000) {
    return 'You were signed out after 30 minutes without use. Sign in to continue here.';
  }
  return 'Your access has ended. Ask an administrator.';
}
