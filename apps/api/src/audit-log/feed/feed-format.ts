import { FORMATS } from '../export/export-format.js';

export const FEED_FORMATS = ['record', 'ocsf'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

/** A sealed record in the feed. */
export interface FeedEvent {
  position: number;
  /** the record as one line of JSON, see `RECORD_LINE` and `EVENT_LINE` */
  line: string;
}

/** The event as one line of JSON. OCSF has a member of its own for the position, `metadata.sequence`. */
export function toJson({ position, line }: FeedEvent, format: FeedFormat): string {
  return format === 'ocsf' ? FORMATS.ocsf.format(line).trimEnd() : `{"position":${position},${line.slice(1)}`;
}

/** How events are put into the answer. */
export interface Framing {
  mediaType: string;
  /** the text before everything else */
  start: string;
  event(position: number, json: string): string;
  /** says how far the feed has come, if no event does */
  reached(position: number): string;
}

const RETRY_MS = 2_000;

/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
const EVENT_STREAM: Framing = {
  mediaType: 'text/event-stream',
  start: `retry: ${RETRY_MS}\n\n`,
  event: (position, json) => `id: ${position}\ndata: ${json}\n\n`,
  // Without data, a client dispatches no event, but keeps the id for `Last-Event-ID`.
  reached: (position) => `: heartbeat\nid: ${position}\n\n`,
};

const NDJSON: Framing = {
  mediaType: 'application/x-ndjson',
  start: '',
  event: (_, json) => `${json}\n`,
  reached: (position) => `{"position":${position}}\n`,
};

/** NDJSON if the client names it, otherwise server-sent events. */
export function framingFor(accept: string | undefined): Framing {
  const named = accept?.split(',').map((it) => it.split(';')[0]?.trim().toLowerCase());
  return named?.includes(NDJSON.mediaType) ? NDJSON : EVENT_STREAM;
}
