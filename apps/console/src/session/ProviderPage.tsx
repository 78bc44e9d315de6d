import { Button } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { client } from '../api';
import { ActionFailed } from '../shared/States';
import { Mark } from '../shell/Mark';
import classes from './SignIn.module.css';
import { SESSION_QUERY } from './session';
import { forgetAddress, rememberedAddress } from './sign-in-address';

/**
 * What the provider has put into the address: a code that is good for one sign-in. It leaves the address and the history
 * before anything else is loaded.
 */
const ANSWER = takeAnswer();

function takeAnswer(): string {
  const { pathname, search } = location;
  if (pathname !== '/console/sign-in/oidc') return '';
  history.replaceState(null, '', pathname);
  return search;
}

/** Where the provider sends the browser. The page itself hands the answer to the server: so only a page of this server can. */
export function ProviderPage() {
  useDocumentTitle('Sign in · Coordinator Registry');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  const isSent = useRef(false);

  useEffect(() => {
    if (isSent.current) return;
    isSent.current = true;
    finish()
      .then(async (problem) => {
        if (problem !== undefined) {
          setError(problem);
          return;
        }
        await queries.fetchQuery({ ...SESSION_QUERY, staleTime: 0 });
        const next = rememberedAddress();
        forgetAddress();
        await navigate({ href: next, replace: true });
      })
      .catch((failure: unknown) => setError(failure));
  }, [queries, navigate]);

  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Mark size={36} />
        <h1 className={classes.title}>Coordinator Registry</h1>
        {error === undefined ? (
          <p role="status">Signing in…</p>
        ) : (
          <>
            <ActionFailed error={error} />
            <Button
              size="md"
              fullWidth
              onClick={() =>
                void navigate({
                  href: `/sign-in?next=${encodeURIComponent(rememberedAddress())}`,
                  replace: true,
                })
              }
            >
              Back to sign-in
            </Button>
          </>
        )}
      </div>
    </main>
  );
}

/** @returns what went wrong */
async function finish(): Promise<unknown> {
  const { error } = await client.POST('/session/oidc/callback', { body: { query: ANSWER } });
  return error;
}
