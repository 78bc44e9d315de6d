import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ROLE_NAMES, useSession } from '../session/session';
import { Notice } from '../shared/States';

export function RouteMissing() {
  return (
    <Notice actions={<BackTo to="/" text="Go to Overview" />}>
      This address is not a page of the console.
    </Notice>
  );
}

/** The page itself broke, for example because a new version was installed and its files have new names. */
export function RouteFailed({ error }: { error: unknown }) {
  return (
    <Notice
      actions={
        <Button variant="default" onClick={() => location.reload()}>
          Load the page again
        </Button>
      }
    >
      The page could not be shown. {error instanceof Error ? error.message : ''}
    </Notice>
  );
}

/** `Only administrators may open {Keys}.` */
export function NotAllowed({ page }: { page: string }) {
  const { operator } = useSession();
  return (
    <Notice actions={<BackTo to="/jobs" text="Go to Jobs" />}>
      Only administrators may open {page}. You are signed in as {operator.name}, {ROLE_NAMES[operator.role]}.
    </Notice>
  );
}

/** `There is no such {job}, or you may not see its workspace.` */
export function NotFound({ what, to, list }: { what: string; to: string; list: string }) {
  return (
    <Notice actions={<BackTo to={to} text={`Back to ${list}`} />}>
      There is no such {what}, or you may not see its workspace.
    </Notice>
  );
}

function BackTo({ to, text }: { to: string; text: string }) {
  return (
    <Button component={Link} to={to} variant="default">
      {text}
    </Button>
  );
}
