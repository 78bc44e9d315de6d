import { joinSubtrees } from './merkle-tree.js';

/**
 * Reads the hash of the complete subtree whose 2^level leaves begin at index · 2^level, as `MerkleFrontier.append`
 * reported it. One proof requests all its hashes before it waits for any of them, at most about 2 · log2(size). So a
 * reader can collect them into one query.
 */
export type NodeReader = (level: number, index: number) => Buffer | Promise<Buffer>;

/** Leaves from `begin` to `end` (exclusive). */
type Range = readonly [begin: number, end: number];

/**
 * Proof that the leaf at `index` is in the tree of `size` leaves: the audit path of RFC 6962 section 2.1.1, from the
 * leaf upwards.
 *
 * @throws RangeError if there is no such leaf
 */
export function inclusionProof(index: number, size: number, nodeAt: NodeReader): Promise<Buffer[]> {
  if (!isCount(index) || !isCount(size) || index >= size) {
    throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  }
  const path: Range[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const middle = begin + largestPowerBelow(end - begin);
    if (index < middle) {
      path.push([middle, end]);
      end = middle;
    } else {
      path.push([begin, middle]);
      begin = middle;
    }
  }
  return hashesOf(path.reverse(), nodeAt);
}

/**
 * Proof that the tree of `to` leaves begins with the tree of `from` leaves: RFC 9162 section 2.1.4.1. Empty if the sizes
 * are equal or `from` is 0.
 *
 * @throws RangeError if `from` is larger than `to`
 */
export function consistencyProof(from: number, to: number, nodeAt: NodeReader): Promise<Buffer[]> {
  if (!isCount(from) || !isCount(to) || from > to) {
    throw new RangeError(`a tree of ${to} does not begin with one of ${from}`);
  }
  const path: Range[] = [];
  let [begin, end] = [0, from === 0 ? 0 : to];
  while (end > from) {
    const middle = begin + largestPowerBelow(end - begin);
    if (from <= middle) {
      path.push([middle, end]);
      end = middle;
    } else {
      path.push([begin, middle]);
      begin = middle;
    }
  }
  // If one complete subtree is the whole older tree, it is left out of the proof: the verifier has its root.
  if (begin > 0) path.push([begin, end]);
  return hashesOf(path.reverse(), nodeAt);
}

function hashesOf(ranges: readonly Range[], nodeAt: NodeReader): Promise<Buffer[]> {
  return Promise.all(
    ranges.map(async (range) =>
      joinSubtrees(await Promise.all(subtreesOf(range).map(([level, index]) => nodeAt(level, index)))),
    ),
  );
}

/** The complete subtrees of a range that RFC 6962 hashes as one, largest first. */
function subtreesOf([begin, end]: Range): [level: number, index: number][] {
  const subtrees: [number, number][] = [];
  for (let at = begin; at < end; ) {
    let [level, width] = [0, 1];
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      level += 1;
      width *= 2;
    }
    subtrees.push([level, at / width]);
    at += width;
  }
  return subtrees;
}

/** @param count above 1 */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
