import { Button, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api';
import { isWellFormedKey, KEY_PATTERN } from '../shared/key-format';
import { explain, hasCode } from '../shared/problem';
import classes from './SignIn.module.css';
import { SESSION_QUERY, type Session } from './session';

interface Props {
  label: string;
  onSignedIn: (session: Session) => void;
}

/** Takes an access key once. It goes to the server and nowhere else. */
export function SignInForm({ label, onSignedIn }: Props) {
  const queries = useQueryClient();
  const [key, setKey] = useState('');
  const [error, setError] = useState<string>();
  const [isPending, setPending] = useState(false);

  const signIn = async (): Promise<void> => {
    const accessKey = key.trim();
    const wrong = faultOf(accessKey);
    setError(wrong);
    if (wrong !== undefined) return;
    setPending(true);
    try {
      const answer = await client.POST('/session', { body: { accessKey } });
      if (answer.error !== undefined) {
        setError(
          hasCode(answer.error, 'invalid-credential', 'missing-credential')
            ? 'This access key is unknown or wrong.'
            : explain(answer.error),
        );
        return;
      }
      setKey('');
      onSignedIn(await queries.fetchQuery({ ...SESSION_QUERY, staleTime: 0 }));
    } catch (failure) {
      setError(explain(failure));
    } finally {
      setPending(false);
    }
  };

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      <PasswordInput
        label="Access key"
        placeholder="cro_…"
        name="password"
        autoComplete="current-password"
        data-autofocus
        autoFocus
        size="md"
        spellCheck={false}
        value={key}
        error={error}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <Button type="submit" size="md" fullWidth loading={isPending}>
        {label}
      </Button>
    </form>
  );
}

function faultOf(key: string): string | undefined {
  if (key === '') return 'Enter your access key.';
  if (key.startsWith('crk_')) return "This is a coordinator's key. Access keys begin with cro_.";
  if (!KEY_PATTERN.test(key) || !isWellFormedKey(key)) return 'This key is incomplete or mistyped.';
  return undefined;
}
