import { EMPTY_ROOT, HASH_BYTES, nodeHash } from '../../src/audit-proof/merkle-tree.js';

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
      while (this.node % 2 === 0 && this.node !== 0) this.up();
    }
    this.up();
  }

  skipRights(): void {
    while (this.node % 2 === 1) this.up();
  }

  // By division, because `>>` would truncate to 32 bits.
  private up(): void {
    this.node = Math.floor(this.node / 2);
    this.last = Math.floor(this.last / 2);
  }
}

function isPowerOfTwo(count: number): boolean {
  return 2 ** Math.round(Math.log2(count)) === count;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function areHashes(values: readonly Buffer[]): boolean {
  return values.every((it) => it.length === HASH_BYTES);
}
