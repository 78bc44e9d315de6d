import {
  everyItem,
  hasCode,
  type OperatorClient,
  type Page,
  type schema,
  unwrap,
} from '@coordinator-registry/client';
import { NotFoundError } from './exit-codes.js';
import { isId } from './options.js';

const PAGE = 100;

interface Reading {
  cursor?: string;
  ids?: string[];
  search?: string;
}

/** @param nameOf undefined: only its id counts */
async function findVisible<Item extends { id: string }>(
  read: (query: Reading) => Promise<Page<Item>>,
  reference: string,
  nameOf: (item: Item) => string | undefined,
): Promise<Item | undefined> {
  if (isId(reference)) {
    const { items } = await read({ ids: [reference] });
    if (items[0] !== undefined) return items[0];
  }
  for await (const item of everyItem((page) => read({ ...page, search: reference }))) {
    if (nameOf(item) === reference) return item;
  }
  return undefined;
}

/** The items of a list, page by page: `limit` of them, and one more if there are more. */
export async function* itemsOf<Item>(
  limit: number,
  read: (page: { cursor?: string; limit: number }) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let left = limit + 1;
  for await (const item of everyItem((page) => read({ ...page, limit: Math.min(left, PAGE) }))) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

/** The id of a workspace, given its id or slug. It is looked up among those that the operator may see. */
export async function workspaceId(operator: OperatorClient, reference: string): Promise<string> {
  const read = (query: Reading) => unwrap(operator.GET('/workspaces', { params: { query } }));
  const found = await findVisible(read, reference, ({ slug }) => slug);
  if (found === undefined) throw new NotFoundError(`There is no workspace ${reference}.`);
  return found.id;
}

export function workspaceIds(operator: OperatorClient, references: readonly string[]): Promise<string[]> {
  return Promise.all(references.map((it) => workspaceId(operator, it)));
}

/** The id of a coordinator, given its id or name. It is looked up among those that the operator may see. */
export async function coordinatorId(operator: OperatorClient, reference: string): Promise<string> {
  const read = (query: Reading) => unwrap(operator.GET('/coordinators', { params: { query } }));
  const found = await findVisible(read, reference, ({ name, status }) =>
    // Another one may have its name by now.
    status === 'DELETED' ? undefined : name,
  );
  if (found === undefined) throw new NotFoundError(`There is no coordinator ${reference}.`);
  return found.id;
}

/** The id of an operator, given its id or name. */
export async function operatorId(operator: OperatorClient, reference: string): Promise<string> {
  if (isId(reference)) {
    const { data } = await operator.GET('/admin/operators/{id}', { params: { path: { id: reference } } });
    if (data !== undefined) return data.id;
  }
  const { items } = await unwrap(
    operator.GET('/admin/operators', { params: { query: { name: reference } } }),
  );
  const [found] = items;
  if (found === undefined) throw new NotFoundError(`There is no operator ${reference}.`);
  return found.id;
}

/** The id of a coordinator or an operator, given its id or name. Only an ADMIN finds operators by their names. */
export async function actorId(operator: OperatorClient, reference: string): Promise<string> {
  for (const look of [coordinatorId, operatorId]) {
    try {
      return await look(operator, reference);
    } catch (error) {
      const isUnknown = error instanceof NotFoundError || hasCode(error, 'permission-missing');
      if (!isUnknown) throw error;
    }
  }
  // The log also has what deleted operators did.
  if (isId(reference)) return reference;
  throw new NotFoundError(`There is no coordinator or operator ${reference}.`);
}

/** A coordinator's key, given its kid. */
export async function keyByKid(operator: OperatorClient, kid: string): Promise<schema.FoundKey> {
  const { items } = await unwrap(operator.GET('/admin/keys', { params: { query: { kid } } }));
  const [found] = items;
  if (found === undefined) throw new NotFoundError(`There is no key with the kid ${kid}.`);
  return found;
}
