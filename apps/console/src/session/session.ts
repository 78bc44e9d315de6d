import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { api, client } from '../api';
import type { OperatorPermission, OperatorRole } from '../generated/schema';

export const SESSION_QUERY = api.queryOptions('get', '/session', undefined, {
  staleTime: 60_000,
  refetchInterval: 60_000,
  retry: false,
  // The start of the page asks first; its refusal counts here too.
  retryOnMount: false,
});

export type Session = NonNullable<Awaited<ReturnType<typeof readSession>>>;

async function readSession() {
  const { data } = await client.GET('/session');
  return data;
}

/** Who is signed in. Inside the shell there is always a session. */
export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === undefined) throw new Error('this is shown without a session');
  return session;
}

export function useSessionQuery() {
  return useQuery(SESSION_QUERY);
}

export function useCan(permission: OperatorPermission): boolean {
  return useSession().permissions.includes(permission);
}

export const ROLE_NAMES: Record<OperatorRole, string> = {
  ADMIN: 'administrator',
  OPERATOR: 'operator',
  AUDITOR: 'auditor',
};

export const ROLE_TEXTS: Record<OperatorRole, string> = {
  ADMIN: 'Manages everything.',
  OPERATOR: 'Reads, cancels and retries jobs, reads the log.',
  AUDITOR: 'Reads jobs and the log.',
};

/** Ends the session on the server, and forgets what was loaded. */
export function useSignOut() {
  const queries = useQueryClient();
  return async (): Promise<void> => {
    await client.DELETE('/session');
    queries.clear();
    location.assign('/console/sign-in');
  };
}
