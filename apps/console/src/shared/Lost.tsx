import { useEffect, useRef, useState } from 'react';
import { type LookedUp, LostAnswerError, lookUp } from './change';
import { Hint } from './States';

const TEXTS: Record<LookedUp['outcome'], string> = {
  done: 'It happened.',
  'not-done': 'It did not happen.',
  unknown: 'Not known yet.',
};

/** After a lost answer: looks up in the log whether the change was made. */
export function LostAnswer({ error, onOutcome }: { error: unknown; onOutcome: (found: LookedUp) => void }) {
  const found = useLookUp(error, onOutcome);
  if (!(error instanceof LostAnswerError)) return null;
  return (
    <Hint tone="warning">
      No answer arrived. {found === undefined ? 'Checking whether it happened…' : TEXTS[found.outcome]}
    </Hint>
  );
}

/** @returns undefined until it is known */
export function useLookUp(error: unknown, onOutcome: (found: LookedUp) => void): LookedUp | undefined {
  const [found, setFound] = useState<LookedUp>();
  const report = useRef(onOutcome);
  report.current = onOutcome;
  const requestId = error instanceof LostAnswerError ? error.requestId : undefined;
  useEffect(() => {
    setFound(undefined);
    if (requestId === undefined) return;
    void lookUp(requestId).then((it) => {
      setFound(it);
      report.current(it);
    });
  }, [requestId]);
  return found;
}
