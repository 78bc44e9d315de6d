import { MerkleFrontier } from '../audit-proof/merkle-tree.js';

export interface TreeLeaf {
  readonly id: string;
  readonly hash: Buffer;
}

/** The leaves that a checkpoint adds to the one before it: those from `begin` up to before `end`. */
export interface Section {
  begin: number;
  end: number;
  leaves: readonly TreeLeaf[];
}

/** How many leaves may have been taken out of one section, and the rest renumbered, for that to be recognised. */
const MAX_TAKEN_OUT = 16;
/** Up to this many leaves every exchange of two is tried; of more, only that of neighbours. */
const MAX_EXCHANGED = 64;

/** The tree whose edge is `edge`, as `MerkleFrontier.serialize()` writes it, with these leaves after it. */
export function grown(edge: Buffer, leaves: readonly TreeLeaf[]): MerkleFrontier {
  const frontier = MerkleFrontier.parse(edge);
  for (const { hash } of leaves) frontier.append(hash);
  return frontier;
}

/**
 * Whether leaves were taken out of the section before, so that all that follow have moved up: the last ones counted to it then
 * belong to this one.
 *
 * @param edge of the tree where this section begins
 * @returns how many were taken out, the tree at the end of this section, and the leaves that came too much for it
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
 * Whether the leaves of a section, in another order, give the root that was signed.
 *
 * @returns the tree at its end, and which leaves stand elsewhere than they should
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

/** By time; and with two exchanged. */
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
