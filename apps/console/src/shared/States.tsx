import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { copyText, isSecure } from './copy';
import { sentence } from './format';
import { Icon } from './Icon';
import { explain, refusalOf } from './problem';
import classes from './States.module.css';

/** A sentence in the middle of an empty place, with what leads on. */
export function Notice({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <div className={classes.notice}>
      <p>{children}</p>
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

/** `{Jobs} could not be loaded.` with what the server said. */
export function LoadFailed({ what, error, onRetry }: { what: string; error: unknown; onRetry: () => void }) {
  const refusal = refusalOf(error);
  const details = refusal === undefined ? String(error) : JSON.stringify(refusal, null, 2);
  return (
    <div className={classes.notice} role="alert">
      <p>
        {what} could not be loaded. {refusal === undefined ? explain(error) : sentence(refusal.title)}
        {refusal !== undefined && (
          <>
            {' '}
            Request <span className="mono">{refusal.requestId}</span>.
          </>
        )}
      </p>
      <div className={classes.actions}>
        <Button variant="default" onClick={onRetry}>
          Try again
        </Button>
        {isSecure() && (
          <Button variant="subtle" onClick={() => copyText(details)}>
            Copy details
          </Button>
        )}
      </div>
    </div>
  );
}

/** A line that says what went wrong with an action, beside what caused it. */
export function ActionFailed({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <div className={classes.failed} role="alert">
      <Icon name="warning" />
      <span>{explain(error)}</span>
    </div>
  );
}

export function Hint({
  tone = 'neutral',
  children,
}: {
  tone?: 'neutral' | 'warning' | 'bad';
  children: ReactNode;
}) {
  return (
    <div className={classes.hint} data-tone={tone}>
      {children}
    </div>
  );
}

/** Rows that are still to come, after 200 ms: a fast answer shows no flicker. */
export function SkeletonRows({ what, rows = 8 }: { what: string; rows?: number }) {
  const isLate = useLate();
  return (
    <div role="status" className={classes.skeleton}>
      <span className="visually-hidden">Loading {what}.</span>
      {isLate &&
        Array.from({ length: rows }, (_, at) => (
          <div key={String(at)} className={classes.bar} aria-hidden="true" />
        ))}
    </div>
  );
}

function useLate(): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return isLate;
}
