import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, client } from '../api';
import { ActionFailed } from '../shared/States';
import { rememberAddress } from './sign-in-address';

/**
 * Sends the browser to the provider, which sends it back to `ProviderPage`. Shows nothing if the server has no provider.
 *
 * @param next the page to come back to
 */
export function ProviderButton({ next }: { next: string | undefined }) {
  const options = useQuery(api.queryOptions('get', '/session/options'));
  const [error, setError] = useState<unknown>();
  const [isPending, setPending] = useState(false);
  if (!options.data?.oidc || !options.data.secure) return null;

  const start = async (): Promise<void> => {
    setPending(true);
    setError(undefined);
    try {
      const { data, error: problem } = await client.POST('/session/oidc');
      if (data !== undefined) {
        rememberAddress(next);
        location.assign(data.url);
        return;
      }
      setError(problem);
    } catch (failure) {
      setError(failure);
    }
    setPending(false);
  };

  return (
    <>
      <Button variant="default" size="md" fullWidth loading={isPending} onClick={() => void start()}>
        Sign in with {options.data.oidc.name}
      </Button>
      <ActionFailed error={error} />
    </>
  );
}
