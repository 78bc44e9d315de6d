import { EMPTY_ROOT, HASH_BYTES, joinSubtrees, nodeHash } from './merkle-tree.js';

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
 * Proof that the tree of `to` leaves begins with the tree of `from` leaves: RFC 6962 section 2.1.2. Empty if the sizes
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

/** RFC 9162 section 2.1.3.2. A proof whose shape does not fit this leaf and size gives false, not an error. */
export function verifyInclusion(claim: {
  leaf: Buffer;
  index: number;
  size: number;
  root: Buffer;
  proof: readonly Buffer[];
}): boolean {
  const { leaf, index, size, root, proof } = claim;
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  const path = new ProofPath(index, size - 1);
  let hash = leaf;
  for (const sibling of proof) {
    if (path.atTop) return false;
    hash = path.isRight ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    path.rise();
  }
  return path.atTop && hash.equals(root);
}

/**
 * RFC 9162 section 2.1.4.2. The empty tree has a known root and is the beginning of every tree. A proof whose shape
 * does not fit these sizes gives false, not an error.
 */
export function verifyConsistency(claim: {
  from: number;
  fromRoot: Buffer;
  to: number;
  toRoot: Buffer;
  proof: readonly Buffer[];
}): boolean {
  const { from, fromRoot, to, toRoot, proof } = claim;
  if (!isCount(from) || !isCount(to) || from > to || !areHashes([fromRoot, toRoot, ...proof])) return false;
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  if (from === 0) return proof.length === 0 && fromRoot.equals(EMPTY_ROOT);

  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  if (first === undefined) return false;
  const path = new ProofPath(from - 1, to - 1);
  path.skipRights();
  let [older, newer] = [first, first];
  for (const sibling of rest) {
    if (path.atTop) return false;
    if (path.isRight) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
    } else {
      newer = nodeHash(newer, sibling);
    }
    path.rise();
  }
  return path.atTop && older.equals(fromRoot) && newer.equals(toRoot);
}

/** The path from a node up to the root, beside the path of the tree's last node; the RFC's `fn` and `sn`. */
class ProofPath {
  constructor(
    private node: number,
    private last: number,
  ) {}

  get atTop(): boolean {
    return this.last === 0;
  }

  /** whether the next sibling is on the left */
  get isRight(): boolean {
    return this.node % 2 === 1 || this.node === this.last;
  }

  /** Goes one level up. On the right edge of the tree, it goes up until there is a sibling again. */
  rise(): void {
    if (this.node === this.last) {
      while (this.node % 2 === 0 && this.node !== 0) this.#up();
    }
    this.#up();
  }

  skipRights(): void {
    while (this.node % 2 === 1) this.#up();
  }

  // By division, because `>>` would truncate to 32 bits.
  #up(): void {
    this.node = Math.floor(this.node / 2);
    this.last = Math.floor(this.last / 2);
  }
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

function isPowerOfTwo(count: number): boolean {
  return count === 1 || largestPowerBelow(count) * 2 === count;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function areHashes(values: readonly Buffer[]): boolean {
  return values.every((it) => it.length === HASH_BYTES);
}
