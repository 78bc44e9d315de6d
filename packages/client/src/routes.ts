import createFetchClient, { type Client, createQuerySerializer } from 'openapi-fetch';
import type { paths } from './schema.js';
import type { Transport } from './transport.js';

type ForCoordinators = `/coordinator/${string}` | `/stitcher/${string}`;
type ForAnyone = '/keys/revoke' | `/health/${string}`;
/** What only a browser uses. */
type ForBrowsers = `/session${string}`;

/** The routes that take the key of a coordinator. */
export type CoordinatorPaths = {
  [Path in keyof paths as Path extends ForCoordinators | ForAnyone ? Path : never]: paths[Path];
};

/** The routes that take the access key of an operator. */
export type OperatorPaths = {
  [Path in keyof paths as Path extends ForCoordinators | ForBrowsers ? never : Path]: paths[Path];
};

/** Typed requests: the answer has `data`, or `error` with the problem, whose members depend on its `code`. */
export type Requests<Paths extends object> = Pick<Client<Paths>, 'GET' | 'POST' | 'PATCH' | 'DELETE'>;

/** @param retryMs how long a request is repeated; undefined: as the options say */
export function requestsOver<Paths extends object>(transport: Transport, retryMs?: number): Requests<Paths> {
  const client = createFetchClient<Paths>({ baseUrl: transport.baseUrl, querySerializer });
  client.use(transport.middleware(retryMs));
  return client;
}

/** `ids` is one text with commas; other members with several values are repeated. */
function querySerializer(query: Record<string, unknown>): string {
  const { ids, ...rest } = query;
  const joined = Array.isArray(ids) ? ids.join(',') : ids;
  return repeated({ ...rest, ...(joined !== undefined && { ids: joined }) });
}

const repeated = createQuerySerializer<Record<string, unknown>>();

/** A page of a list. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/**
 * All items of a list, page by page.
 *
 * @param read reads one page; the query that it is given has the `cursor` of the page
 * @example
 * for await (const job of everyItem((page) => unwrap(operator.GET('/jobs', { params: { query: { ...page, status: ['FAILED'] } } })))) {
 *   console.log(job.id);
 * }
 */
export async function* everyItem<Item>(
  read: (page: { cursor?: string }) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let page: { cursor?: string } | undefined = {};
  while (page !== undefined) {
    const { items, nextCursor }: Page<Item> = await read(page);
    yield* items;
    page = nextCursor === null ? undefined : { cursor: nextCursor };
  }
}
