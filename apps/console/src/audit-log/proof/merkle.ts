import { areEqual, type Bytes, join, sha256 } from './bytes';

// RFC 6962, section 2.1: leaves and nodes have different prefixes.
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(leaf: Bytes): Promise<Bytes> {
  return sha256(join(LEAF, leaf));
}

function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(join(NODE, left, right));
}

/** RFC 9162, section 2.1.3.2. @returns the root that the path leads to; undefined if the path does not fit the place */
export async function rootOf(
  hash: Bytes,
  index: number,
  size: number,
  path: readonly Bytes[],
): Promise<Bytes | undefined> {
  if (index >= size) return undefined;
  let at = index;
  let last = size - 1;
  let root = hash;
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      root = await nodeHash(sibling, root);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else root = await nodeHash(root, sibling);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? root : undefined;
}

export interface Tree {
  size: number;
  root: Bytes;
}

/** RFC 9162, section 2.1.4.2: whether the larger tree begins with the smaller one. */
export async function isConsistent(from: Tree, to: Tree, proof: readonly Bytes[]): Promise<boolean> {
  if (from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && areEqual(from.root, to.root);
  if (from.size === 0) return proof.length === 0;
  const isPower = Number.isInteger(Math.log2(from.size));
  const [first, ...rest] = isPower ? [from.root, ...proof] : proof;
  if (first === undefined) return false;
  let at = from.size - 1;
  let last = to.size - 1;
  while (at % 2 === 1) {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  let smaller = first;
  let larger = first;
  for (const node of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      smaller = await nodeHash(node, smaller);
      larger = await nodeHash(node, larger);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else larger = await nodeHash(larger, node);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && areEqual(smaller, from.root) && areEqual(larger, to.root);
}
