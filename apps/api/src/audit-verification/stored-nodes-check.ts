import type { NodeSink } from '../audit-proof/merkle-tree.js';
import { LEVELS_PER_STORED, type StoredNode } from '../audit-proof/stored-node.js';
import type { Findings } from './finding.js';

/**
 * Checks that the subtrees stored for proofs match the leaves. A proof from a wrong subtree fails, and makes a correct
 * log look forged. Keeps 32 bytes per 255 leaves.
 */
export class StoredNodesCheck {
  private readonly computed = new Map<string, Buffer>();

  constructor(private readonly findings: Findings) {}

  /** Receives each complete subtree of the tree that the leaves give. */
  readonly completed: NodeSink = (level, index, hash) => {
    if (level > 0 && level % LEVELS_PER_STORED === 0) this.computed.set(`${level} ${index}`, hash);
  };

  async compare(stored: AsyncIterable<StoredNode>): Promise<void> {
    for await (const { level, index, hash } of stored) {
      const key = `${level} ${index}`;
      const computed = this.computed.get(key);
      if (computed === undefined) this.report(level, index, 'belongs to no leaves');
      else if (!computed.equals(hash)) this.report(level, index, 'is not the hash of its leaves');
      this.computed.delete(key);
    }
    for (const key of this.computed.keys()) {
      const [level = '', index = ''] = key.split(' ');
      this.report(level, index, 'is not there');
    }
  }

  private report(level: number | string, index: number | string, what: string): void {
    this.findings.add('tree altered', `node ${index} of level ${level} ${what}: proofs that use it fail`);
  }
}
