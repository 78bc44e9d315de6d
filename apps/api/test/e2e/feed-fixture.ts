import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createInterface, type Interface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { TestApp } from '../support/app.js';
import { testSession } from '../support/database.js';

/** An event of the feed, or where it stands. */
export interface Line {
  position: number;
  /** undefined: the line says the position alone */
  id?: string;
  text: string;
}

export interface FeedOptions {
  key: string;
  path?: string;
  query?: Record<string, string | number>;
  headers?: Record<string, string>;
  sse?: boolean;
}

/** A reader of a feed over its own connection. */
export class FeedReader {
  private readonly lines: AsyncIterator<string>;
  private readonly reading: Interface;

  private constructor(
    readonly response: IncomingMessage,
    private readonly sse: boolean,
  ) {
    this.reading = createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY });
    response.on('error', () => undefined);
    this.reading.on('error', () => undefined);
    this.lines = this.reading[Symbol.asyncIterator]();
  }

  static async open(
    base: string,
    { key, path = '/audit-log/feed', query = {}, headers = {}, sse = false }: FeedOptions,
  ): Promise<FeedReader> {
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, `${value}`]),
    );
    const request = get(`${base}${path}?${search}`, {
      headers: {
        ...(key.startsWith('cro_') ? { Authorization: `Bearer ${key}` } : { 'X-API-Key': key }),
        Accept: sse ? 'text/event-stream' : 'application/x-ndjson',
        ...headers,
      },
      agent: false,
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new FeedReader(response, sse);
  }

  /** The next line or event. @returns undefined at the end, whether proper or not */
  async next(): Promise<Line | undefined> {
    return this.sse ? await this.nextEvent() : await this.nextLine();
  }

  /** The next event with a record. */
  async nextRecord(): Promise<Line & { id: string }> {
    for (let line = await this.next(); line !== undefined; line = await this.next()) {
      if (line.id !== undefined) return { ...line, id: line.id };
    }
    throw new Error('the feed has ended');
  }

  /** All records up to the end, and whether it is a proper one. */
  async rest(): Promise<{ records: (Line & { id: string })[]; reached: number; complete: boolean }> {
    const records: (Line & { id: string })[] = [];
    let reached = -2;
    for (let line = await this.next(); line !== undefined; line = await this.next()) {
      reached = line.position;
      if (line.id !== undefined) records.push({ ...line, id: line.id });
    }
    await finished(this.response).catch(() => undefined);
    return { records, reached, complete: this.response.complete };
  }

  close(): void {
    this.response.destroy();
  }

  /** @returns undefined at the end, and if the connection broke */
  private async line(): Promise<string | undefined> {
    const { value, done } = await this.lines.next().catch(() => ({ value: undefined, done: true }));
    return done === true ? undefined : value;
  }

  private async nextLine(): Promise<Line | undefined> {
    const text = await this.line();
    return text === undefined ? undefined : { ...JSON.parse(text), text };
  }

  /** As a browser reads it: an event ends with an empty line. */
  private async nextEvent(): Promise<Line | undefined> {
    let position: number | undefined;
    let text: string | undefined;
    for (let line = await this.line(); line !== undefined; line = await this.line()) {
      if (line.startsWith('id: ')) position = Number(line.slice(4));
      else if (line.startsWith('data: ')) text = line.slice(6);
      else if (line === '' && position !== undefined) {
        return text === undefined ? { position, text: '' } : { ...JSON.parse(text), position, text };
      }
    }
    return undefined;
  }
}

/** The ids of the sealed records, in the order of the tree. */
export async function leaves(owner: pg.Pool): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    'SELECT record_id AS id FROM public.audit_leaves ORDER BY leaf_index',
  );
  return rows.map(({ id }) => id);
}

/** Resolves once every record is sealed. */
export async function allSealed(owner: pg.Pool): Promise<void> {
  for (;;) {
    const { rows } = await owner.query<{ unsealed: boolean }>(
      `SELECT EXISTS (
         SELECT FROM public.audit_log AS record
         WHERE NOT EXISTS (SELECT FROM public.audit_leaves AS leaf WHERE leaf.record_id = record.id)) AS unsealed`,
    );
    if (rows[0]?.unsealed === false) return;
    await sleep(50);
  }
}

/** Removes the records of these leaves, and not the leaves, as retention does with those of whole months. The log has no guard from then on. */
export async function removeRecords({ database }: TestApp, from: number, count: number): Promise<void> {
  const superuser = new pg.Client(testSession(database.superuserUrl));
  await superuser.connect();
  try {
    await superuser.query('ALTER TABLE public.audit_log DISABLE TRIGGER ALL');
    await superuser.query(
      `DELETE FROM public.audit_log WHERE id IN (
         SELECT record_id FROM public.audit_leaves WHERE leaf_index >= $1 AND leaf_index < $1 + $2::int)`,
      [from, count],
    );
  } finally {
    await superuser.end();
  }
}
