import { everyItem, type OperatorClient, type Page, type schema, unwrap } from '@coordinator-registry/client';
import { NotFoundError } from './exit-codes.js';
import { isId } from './options.js';

const PAGE = 100;

/** At most `limit` items of a list, page by page. */
export async function* itemsOf<Item>(
  limit: number,
  read: (page: { cursor?: string; limit: number }) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  let left = limit;
  if (left === 0) return;
  for await (const item of everyItem((page) => read({ ...page, limit: Math.min(left, PAGE) }))) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

/** The id of a workspace, given its id or slug. It is looked up among those that the operator may see. */
export async function workspaceId(operator: OperatorClient, reference: string): Promise<string> {
  if (isId(reference)) return reference;
  const visible = everyItem((page) =>
    unwrap(operator.GET('/workspaces', { params: { query: { ...page, search: reference } } })),
  );
  for await (const { id, slug } of visible) if (slug === reference) return id;
  throw new NotFoundError(`There is no workspace ${reference}.`);
}

export function workspaceIds(operator: OperatorClient, references: readonly string[]): Promise<string[]> {
  return Promise.all(references.map((it) => workspaceId(operator, it)));
}

/** The id of a coordinator, given its id or name. It is looked up among those that the operator may see. */
export async function coordinatorId(operator: OperatorClient, reference: string): Promise<string> {
  if (isId(reference)) return reference;
  const visible = everyItem((page) =>
    unwrap(operator.GET('/coordinators', { params: { query: { ...page, search: reference } } })),
  );
  let deleted: string | undefined;
  for await (const { id, name, status } of visible) {
    if (name !== reference) continue;
    if (status !== 'DELETED') return id;
    deleted ??= id;
  }
  if (deleted !== undefined) return deleted;
  throw new NotFoundError(`There is no coordinator ${reference}.`);
}

/** The id of an operator, given its id or name. */
export async function operatorId(operator: OperatorClient, reference: string): Promise<string> {
  if (isId(reference)) return reference;
  const { items } = await unwrap(
    operator.GET('/admin/operators', { params: { query: { name: reference } } }),
  );
  const [found] = items;
  if (found === undefined) throw new NotFoundError(`There is no operator ${reference}.`);
  return found.id;
}

/** A coordinator's key, given its kid. */
export async function keyByKid(operator: OperatorClient, kid: string): Promise<schema.FoundKey> {
  const { items } = await unwrap(operator.GET('/admin/keys', { params: { query: { kid } } }));
  const [found] = items;
  if (found === undefined) throw new NotFoundError(`There is no key with the kid ${kid}.`);
  return found;
}
