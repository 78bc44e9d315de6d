import type { NodeReader } from '../../audit-proof/merkle-proof.js';
import { nodeHash } from '../../audit-proof/merkle-tree.js';
import { LEVELS_PER_STORED, type StoredNode } from '../../audit-proof/stored-node.js';

/** Nodes of one level, from `begin` to `end` (exclusive). */
export interface NodeRange {
  level: number;
  begin: number;
  end: number;
}

/**
 * Computes any complete subtree from the stored levels. It collects all subtrees that one proof needs into a single
 * read.
 *
 * @param read reads nodes of stored levels only
 */
export function storedTree(read: (ranges: NodeRange[]) => Promise<StoredNode[]>): NodeReader {
  const asked: NodeRange[] = [];
  let answer: Promise<Map<string, Buffer>> | undefined;
  return async (level, index) => {
    const above = level % LEVELS_PER_STORED;
    const range = { level: level - above, begin: index * 2 ** above, end: (index + 1) * 2 ** above };
    asked.push(range);
    // When the proof first waits, it has requested all its subtrees.
    answer ??= Promise.resolve().then(async () => {
      // Proofs of neighbours ask for the same subtrees.
      const nodes = await read([
        ...new Map(asked.map((it) => [`${it.level} ${it.begin} ${it.end}`, it])).values(),
      ]);
      return new Map(nodes.map((it) => [`${it.level} ${it.index}`, it.hash]));
    });
    return subtree(await answer, range);
  };
}

/** The root over a range whose length is a power of two. */
function subtree(nodes: ReadonlyMap<string, Buffer>, { level, begin, end }: NodeRange): Buffer {
  if (end - begin > 1) {
    const middle = (begin + end) / 2;
    return nodeHash(
      subtree(nodes, { level, begin, end: middle }),
      subtree(nodes, { level, begin: middle, end }),
    );
  }
  const hash = nodes.get(`${level} ${begin}`);
  if (hash === undefined) throw new Error(`the tree lacks node ${begin} of level ${level}`);
  return hash;
}
