/** Only the subtrees of every eighth level are stored. The levels between are computed from them. */
export const LEVELS_PER_STORED = 8;

/** The hash of a complete subtree. Level 0 are the leaves. */
export interface StoredNode {
  level: number;
  index: number;
  hash: Buffer;
}
