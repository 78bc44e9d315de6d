import { describe, expect, it } from '@jest/globals';
import { leafHash, MerkleFrontier } from '../audit-proof/merkle-tree.js';
import { Findings } from './finding.js';
import { type SealedHead, TreeCheck } from './tree-check.js';
import type { TreeLeaf } from './tree-section.js';

const leaves = Array.from({ length: 40 }, (_, it) => ({
  id: `record-${String(it).padStart(3, '0')}`,
  hash: leafHash(Buffer.from(`leaf ${it}`)),
}));

/** A checkpoint after every fourth leaf, each with the edge of its tree unless it is to be verified without. */
function headsOf(all: readonly TreeLeaf[], edges: boolean): SealedHead[] {
  const frontier = new MerkleFrontier();
  return all.flatMap(({ hash }, at) => {
    frontier.append(hash);
    if ((at + 1) % 4 !== 0) return [];
    const head = { seq: at, size: at + 1, root: frontier.root() };
    return [edges ? { ...head, frontier: frontier.serialize() } : head];
  });
}

async function found(
  stored: readonly (TreeLeaf & { index?: number })[],
  { edges = true, heads = headsOf(leaves, edges) } = {},
): Promise<{ lines: string[]; uncovered: number }> {
  const findings = new Findings();
  const check = new TreeCheck(
    (async function* () {
      yield* heads;
    })(),
    findings,
  );
  for (const [at, { index = at, ...leaf }] of stored.entries()) {
    if (!check.addIfOpen(index, leaf)) await check.leaf(index, leaf);
  }
  const uncovered = await check.end();
  return { lines: findings.lines(), uncovered };
}

const swapped = (one: number, other: number) =>
  leaves.with(one, leaves[other] ?? leaf('')).with(other, leaves[one] ?? leaf(''));
const leaf = (id: string): TreeLeaf => ({ id, hash: leafHash(Buffer.from(id)) });

describe.each([true, false])('checkTree (frontiers beside the checkpoints: %s)', (edges) => {
  const of = (stored: readonly (TreeLeaf & { index?: number })[]) => found(stored, { edges });

  it('accepts the tree, and counts the leaves after the last checkpoint', async () => {
    expect(await of(leaves)).toEqual({ lines: [], uncovered: 0 });
    expect(await of([...leaves, leaf('new')])).toEqual({ lines: [], uncovered: 1 });
  });

  it('reports a tree that ends too early, with the number of missing leaves', async () => {
    for (const count of [39, 36, 3, 0]) {
      const { lines } = await of(leaves.slice(0, count));
      expect(lines).toEqual([
        expect.stringMatching(`^tail cut: .* after ${count} sealed .* the last ${40 - count} are gone`),
      ]);
    }
  });

  it('reports missing leaves at the start and in the middle', async () => {
    const numbered = leaves.map((it, index) => ({ ...it, index }));
    expect((await of(numbered.slice(5))).lines).toEqual([expect.stringMatching(/^head cut: the first 5 /)]);
    expect((await of(numbered.toSpliced(9, 2))).lines).toEqual([
      expect.stringMatching(/^record missing: leaves 9 to 10,/),
    ]);
  });

  it('reports a changed order within a section, and continues', async () => {
    expect((await of(swapped(9, 11))).lines).toEqual([
      expect.stringMatching(/^order changed: 2 records from leaf 9 on .*record-011/),
    ]);
    const twice = swapped(9, 11).with(20, leaf('other'));
    expect((await of(twice)).lines).toEqual([
      expect.stringMatching(/^order changed/),
      expect.stringMatching(/^record edited: the records of leaves 20 to 23 /),
    ]);
  });

  it('reports an edit with the checkpoints around it', async () => {
    const { lines } = await of(leaves.with(13, leaf('other')));
    expect(lines).toEqual([expect.stringMatching(/^record edited: the records of leaves 12 to 15 /)]);
    expect(lines[0]?.includes('could not be compared with the checkpoints')).toBe(!edges);
  });
});

it('checkTree reports removed and renumbered leaves, and continues', async () => {
  expect((await found(leaves.toSpliced(9, 2))).lines).toEqual([
    expect.stringMatching(/^record missing: 2 of leaves 8 to 11, .* renumbered/),
  ]);
  expect((await found(leaves.toSpliced(33, 3))).lines).toEqual([
    expect.stringMatching(/^record missing: 3 of leaves 32 to 35, .* renumbered/),
  ]);
});

it('checkTree ignores a frontier of another root', async () => {
  const heads = headsOf(leaves, true);
  const other = headsOf(leaves.with(13, leaf('other')), true);
  const forged = heads.map((it, at) => {
    const { frontier } = other[at] ?? it;
    return frontier === undefined ? it : { ...it, frontier };
  });
  const { lines } = await found(leaves.with(13, leaf('other')), { heads: forged });
  expect(lines).toHaveLength(1);
});

it('checkTree reports two checkpoints of one size with different roots', async () => {
  const heads = headsOf(leaves, true);
  const [first] = heads;
  if (first === undefined) throw new Error('no checkpoint');
  const { lines } = await found(leaves, {
    heads: [first, { ...first, seq: 9, root: leaf('x').hash }, ...heads.slice(1)],
  });
  expect(lines).toEqual([expect.stringMatching(/^checkpoint forged: checkpoint 9 has another root/)]);
});
