import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api';
import { Hint } from '../shared/States';
import { Mark } from '../shell/Mark';
import { ProviderButton } from './ProviderButton';
import classes from './SignIn.module.css';
import { SignInForm } from './SignInForm';
import { safeNext } from './sign-in-address';

export function SignInPage() {
  useDocumentTitle('Sign in · Coordinator Registry');
  const { next } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const options = useQuery(api.queryOptions('get', '/session/options'));
  const isBarred = options.data?.secure === false;
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Mark size={36} />
        <h1 className={classes.title}>Coordinator Registry</h1>
        {isBarred ? (
          <Hint tone="warning">Signing in needs https. This page was opened over http.</Hint>
        ) : (
          <SignInForm label="Sign in" onSignedIn={() => void navigate({ href: safeNext(next) })} />
        )}
        <ProviderButton next={next} />
        <p className={classes.note}>
          The server printed the first administrator's key when it started. Further keys come from an
          administrator.
        </p>
      </div>
    </main>
  );
}
