import type { AuditActorType, AuditChange, AuditRecord } from './schema.js';
import { pause } from './transport.js';

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/** The server sends a line every 15 s at least. */
const SILENCE_MS = 60_000;

export interface FollowOptions {
  /** the position after which the feed goes on; `latest`: only what is sealed from now on; undefined: from the oldest record */
  after?: number | 'latest';
  /** false: ends with the newest sealed record */
  follow?: boolean;
  /** ends the iteration with its reason */
  signal?: AbortSignal;
}

/** A change of a job, as coordinators see it. */
export interface JobEvent {
  /** store it with what you did with the event, and go on with `after` */
  position: number;
  id: string;
  occurredAt: string;
  actorType: AuditActorType;
  /** null: another actor */
  actorId: string | null;
  keyId: string | null;
  requestId: string | null;
  action: AuditRecord['action'];
  workspaceId: string;
  resourceType: string;
  /** id of the job */
  resourceId: string;
  /** `rev` of the job after the change */
  rev: number;
  changes: Record<string, AuditChange>;
}

/** A line of the feed of operators. */
export type FeedRecord = Omit<AuditRecord, 'kid'> & { position: number };

/** Opens the feed after a position, as NDJSON. */
export type OpenFeed = (
  after: string | undefined,
  signal: AbortSignal,
) => Promise<ReadableStream<Uint8Array> | null>;

/**
 * The events in the order in which they were sealed. It connects again after the last event, as often as needed, so no event is missing
 * and none comes twice.
 */
export async function* follow<Event extends { position: number }>(
  open: OpenFeed,
  { after, follow: isEndless = true, signal = new AbortController().signal }: FollowOptions,
): AsyncGenerator<Event, void, undefined> {
  let position = after;
  for (let round = 0; ; round += 1) {
    const connection = new AbortController();
    const withdraw = (): void => connection.abort(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener('abort', withdraw);
    try {
      const body = await open(position?.toString(), connection.signal);
      for await (const line of linesOf(body, connection)) {
        position = line.position;
        round = 0;
        if (isEvent<Event>(line)) yield line;
      }
      // Only a feed that does not follow is complete with its proper end. A server that stops ends the others.
      if (!isEndless) return;
    } catch (error) {
      signal.throwIfAborted();
      if (!isBroken(error, connection)) throw error;
    } finally {
      signal.removeEventListener('abort', withdraw);
      connection.abort();
    }
    await pause(Math.random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** round), signal);
  }
}

/** A line with the position alone says how far the feed has come. */
function isEvent<Event extends { position: number }>(line: { position: number }): line is Event {
  return 'id' in line;
}

class BrokenOff extends Error {}

function isBroken(error: unknown, { signal }: AbortController): boolean {
  return error instanceof BrokenOff || signal.aborted;
}

/** One JSON text a line. A line that is not complete does not count. */
async function* linesOf(
  body: ReadableStream<Uint8Array> | null,
  connection: AbortController,
): AsyncGenerator<{ position: number }> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const silence = setTimeout(() => connection.abort(), SILENCE_MS);
    let part: Awaited<ReturnType<typeof reader.read>>;
    try {
      part = await reader.read();
    } catch (error) {
      throw new BrokenOff('the feed broke off', { cause: error });
    } finally {
      clearTimeout(silence);
    }
    if (part.done) return;
    const lines = (rest + decoder.decode(part.value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line);
  }
}
