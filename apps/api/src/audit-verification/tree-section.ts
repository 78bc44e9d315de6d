import { MerkleFrontier } from '../audit-proof/merkle-tree.js';

export interface TreeLeaf {
  readonly id: string;
  readonly hash: Buffer;
}

/** The leaves that a checkpoint adds to the previous one: from `begin` to `end` (exclusive). */
export interface Section {
  begin: number;
  end: number;
  leaves: readonly TreeLeaf[];
}

/**
 * Maximum number of leaves that may have been removed from one section, with the rest renumbered, for the removal to be
 * recognised.
 */
const MAX_TAKEN_OUT = 16;
/** Up to this number of leaves every exchange of two is tried; above it, only exchanges of neighbours. */
const MAX_EXCHANGED = 64;

/** The tree with the frontier `edge`, as `MerkleFrontier.serialize()` writes it, plus these leaves. */
export function grown(edge: Buffer, leaves: readonly TreeLeaf[]): MerkleFrontier {
  const frontier = MerkleFrontier.parse(edge);
  for (const { hash } of leaves) frontier.append(hash);
  return frontier;
}

/**
 * Whether leaves were removed from the previous section, so that all later leaves have moved up. The last leaves
 * counted to that section then belong to this one.
 *
 * @param edge frontier of the tree at the beginning of the section
 * @returns how many were removed, the tree at the end of the section, and its surplus leaves
 */
export function findTakenOut(
  edge: Buffer,
  before: Section,
  { begin, end, leaves }: Section,
  root: Buffer,
): { taken: number; frontier: MerkleFrontier; surplus: TreeLeaf[] } | undefined {
  for (let taken = 1; taken <= Math.min(MAX_TAKEN_OUT, before.leaves.length); taken += 1) {
    const all = [...before.leaves.slice(-taken), ...leaves];
    const frontier = grown(edge, all.slice(0, end - begin));
    if (frontier.root().equals(root)) return { taken, frontier, surplus: all.slice(end - begin) };
  }
  return undefined;
}

/**
 * Whether the leaves of a section, in another order, give the signed root.
 *
 * @returns the tree at its end, and which leaves are at the wrong position
 */
export function findReordered(
  edge: Buffer,
  { begin, leaves }: Section,
  root: Buffer,
): { frontier: MerkleFrontier; moved: { index: number; id: string }[] } | undefined {
  for (const order of otherOrders(leaves)) {
    const frontier = grown(edge, order);
    if (!frontier.root().equals(root)) continue;
    const moved = leaves.flatMap(({ id }, at) => (id === order[at]?.id ? [] : [{ index: begin + at, id }]));
    return { frontier, moved };
  }
  return undefined;
}

/** Sorted by time; and with two leaves exchanged. */
function* otherOrders(leaves: readonly TreeLeaf[]): Generator<TreeLeaf[]> {
  yield leaves.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  for (let one = 0; one < leaves.length; one += 1) {
    const beyond = leaves.length <= MAX_EXCHANGED ? leaves.length : Math.min(one + 2, leaves.length);
    for (let other = one + 1; other < beyond; other += 1) {
      const [a, b] = [leaves[one], leaves[other]];
      if (a !== undefined && b !== undefined) yield leaves.with(one, b).with(other, a);
    }
  }
}
