import { useEffect, useRef, useState } from 'react';
import type { AuditRecord, paths } from '../generated/schema';
import { clock } from './clock';

type FeedFilter = NonNullable<paths['/audit-log/feed']['get']['parameters']['query']>;

/** A record of the feed; its position is that of its leaf. */
export type FeedRecord = AuditRecord & { position: number };

export type FeedState =
  | { kind: 'off' }
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** the line is down, and is tried again */
  | { kind: 'waiting' }
  /** retention removed the records that would come next; `resume` goes on with the oldest that exists */
  | { kind: 'pruned'; oldest: number | null; resume: () => void };

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;

/**
 * Follows the log while the page is visible. A hidden page closes its feed at once, because a browser allows six connections
 * to a server, and goes on from the same position later: nothing is lost, and nothing comes twice.
 */
export function useFeed(
  filter: FeedFilter,
  isOn: boolean,
  onRecord: (record: FeedRecord) => void,
  /** if given, a feed whose position is pruned starts again at the newest record, and this reads again what is shown */
  onMissed?: () => void,
): FeedState {
  const [state, setState] = useState<FeedState>({ kind: 'off' });
  const [start, setStart] = useState('latest');
  const receive = useRef(onRecord);
  receive.current = onRecord;
  const missed = useRef(onMissed);
  missed.current = onMissed;
  const text = queryOf(filter).toString();

  useEffect(() => {
    if (!isOn) {
      setState({ kind: 'off' });
      return;
    }
    let position = start;
    let abort: AbortController | undefined;
    let isStopped = false;
    let isBehind = false;

    const follow = async (): Promise<void> => {
      let wait = FIRST_WAIT_MS;
      while (!isStopped && document.visibilityState === 'visible') {
        abort = new AbortController();
        setState({ kind: 'connecting' });
        try {
          const query = new URLSearchParams(text);
          query.set('after', position);
          const answer = await fetch(`/audit-log/feed?${query}`, {
            headers: { Accept: 'application/x-ndjson', 'Session-Use': 'background' },
            signal: abort.signal,
          });
          clock.observe(answer.headers.get('date'));
          if (answer.status === 410 && missed.current !== undefined) {
            position = 'latest';
            isBehind = true;
          } else if (answer.status === 410) {
            const { oldest }: { oldest: number | null } = await answer.json();
            const after = oldest === null ? 'latest' : String(oldest - 1);
            setState({ kind: 'pruned', oldest, resume: () => setStart(after) });
            return;
          }
          if (answer.ok && answer.body !== null) {
            setState({ kind: 'live' });
            wait = FIRST_WAIT_MS;
            // Only now: between a reading and the start of the feed, a change would be missed.
            if (isBehind) missed.current?.();
            isBehind = false;
            for await (const line of linesOf(answer.body)) {
              position = String(line.position);
              if (isRecord(line)) receive.current(line);
            }
          }
        } catch {
          // The line broke, or the page was hidden.
        }
        if (isStopped || document.visibilityState !== 'visible') return;
        setState({ kind: 'waiting' });
        await new Promise((resolve) => setTimeout(resolve, wait));
        wait = Math.min(wait * 2, MAX_WAIT_MS);
      }
    };

    let following = follow();
    const onVisibility = (): void => {
      if (document.visibilityState === 'hidden') abort?.abort();
      else following = following.then(follow);
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      isStopped = true;
      abort?.abort();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [isOn, text, start]);

  return state;
}

/** Follows the log without a part in the page: what it says about itself draws nothing again. */
export function Follow({
  filter,
  isOn,
  onRecord,
  onMissed,
}: {
  filter: FeedFilter;
  isOn: boolean;
  onRecord: (record: FeedRecord) => void;
  onMissed: () => void;
}): null {
  useFeed(filter, isOn, onRecord, onMissed);
  return null;
}

/** A member with several values stands there several times. */
export function queryOf(filter: object): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    for (const one of [value].flat()) if (one !== undefined) query.append(name, String(one));
  }
  return query;
}

/** A record, or only how far the feed has come. */
type Positioned = FeedRecord | { position: number };

function isRecord(line: Positioned): line is FeedRecord {
  return 'id' in line && 'action' in line;
}

/** One JSON text a line. A line that is not complete does not count. */
async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Positioned> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = `${rest}${value}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line);
  }
}
