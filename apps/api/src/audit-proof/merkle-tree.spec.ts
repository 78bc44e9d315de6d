import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { verifyConsistency, verifyInclusion } from '../../test/support/merkle-verification.js';
import { consistencyProof, inclusionProof } from './merkle-proof.js';
import { EMPTY_ROOT, leafHash, MerkleFrontier, nodeHash } from './merkle-tree.js';

// Certificate Transparency's reference tree of eight leaves, its roots by size, and proofs out of it, as published in
// github.com/transparency-dev/merkle, proof/verify_test.go (first in google/certificate-transparency, merkle_tree_test.cc).
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hex);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map(hex);
const INCLUSION: [index: number, size: number, proof: string[]][] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];
const CONSISTENCY: [from: number, to: number, proof: string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
  [
    6,
    7,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
];

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

/** A tree grown leaf by leaf, with every node that it reported. */
function grow(leaves: readonly Buffer[]) {
  const tree = new MerkleFrontier();
  const nodes = new Map<string, Buffer>();
  const roots = [tree.root()];
  for (const leaf of leaves) {
    tree.append(leaf, (level, index, hash) => nodes.set(`${level}/${index}`, hash));
    roots.push(tree.root());
  }
  const nodeAt = (level: number, index: number): Buffer => {
    const node = nodes.get(`${level}/${index}`);
    if (node === undefined) throw new Error(`no complete subtree ${level}/${index}`);
    return node;
  };
  return { tree, nodes, roots, nodeAt };
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, it) => leafHash(Buffer.from(`leaf ${it}`)));

/** MTH of RFC 6962 section 2.1, word for word. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return first;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return createHash('sha256')
    .update(Uint8Array.of(1))
    .update(rootByDefinition(leaves.slice(0, k)))
    .update(rootByDefinition(leaves.slice(k)))
    .digest();
}

describe('Merkle tree', () => {
  it('hashes leaves and nodes like Certificate Transparency', () => {
    // github.com/transparency-dev/merkle, rfc6962/rfc6962_test.go
    expect(leafHash(Buffer.from('L123456')).toString('hex')).toBe(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    );
    expect(nodeHash(ROOTS[0] ?? hex(''), ROOTS[1] ?? hex(''))).toEqual(
      createHash('sha256')
        .update(Buffer.concat([hex('01'), ...ROOTS.slice(0, 2)]))
        .digest(),
    );
    expect(EMPTY_ROOT).toEqual(ROOTS[0]);
  });

  it('has the published root at each size', () => {
    expect(grow(LEAVES.map(leafHash)).roots).toEqual(ROOTS);
  });

  it('has the root of the definition, up to 130 leaves', () => {
    const leaves = numbered(130);
    expect(grow(leaves).roots).toEqual(
      Array.from({ length: 131 }, (_, size) => rootByDefinition(leaves.slice(0, size))),
    );
  });

  it('emits each complete subtree once, and keeps one hash for each 1 bit of its size', () => {
    const { tree, nodes } = grow(numbered(100));
    expect(nodes.size).toBe(100 + 50 + 25 + 12 + 6 + 3 + 1);
    expect(tree.serialize().length).toBe(8 + 3 * 32);
  });

  it('continues from its serialized frontier', () => {
    const leaves = numbered(40);
    const { roots } = grow(leaves);
    for (let size = 0; size <= leaves.length; size += 1) {
      const whole = grow(leaves.slice(0, size)).tree;
      const resumed = MerkleFrontier.parse(whole.serialize());
      expect(resumed.size).toBe(size);
      expect(resumed.root()).toEqual(roots[size]);
      for (const leaf of leaves.slice(size)) resumed.append(leaf);
      expect(resumed.root()).toEqual(roots[40]);
      expect(whole.root()).toEqual(roots[size]);
    }
  });

  it('refuses a frontier whose hashes do not match its size', () => {
    const state = grow(numbered(5)).tree.serialize();
    for (const broken of [
      Buffer.alloc(0),
      state.subarray(0, 7),
      state.subarray(0, -1),
      Buffer.concat([state, Buffer.alloc(32)]),
      Buffer.concat([Buffer.alloc(8, 0xff), Buffer.alloc(64 * 32)]),
    ]) {
      expect(() => MerkleFrontier.parse(broken)).toThrow(
        expect.objectContaining({ name: 'MalformedProofError' }),
      );
    }
    expect(() => new MerkleFrontier().append(Buffer.alloc(31))).toThrow('a hash has 32 bytes, not 31');
  });
});

describe('Merkle proofs', () => {
  it.each(INCLUSION)('inclusion of leaf %i of %i is the published proof', async (index, size, published) => {
    const { nodeAt } = grow(LEAVES.map(leafHash));
    const proof = await inclusionProof(index, size, nodeAt);
    expect(proof).toEqual(published.map(hex));
    const leaf = leafHash(LEAVES[index] ?? hex(''));
    expect(verifyInclusion({ leaf, index, size, root: ROOTS[size] ?? hex(''), proof })).toBe(true);
  });

  it.each(CONSISTENCY)('consistency of %i to %i is the published proof', async (from, to, published) => {
    const { nodeAt } = grow(LEAVES.map(leafHash));
    const proof = await consistencyProof(from, to, nodeAt);
    expect(proof).toEqual(published.map(hex));
    const [fromRoot = hex(''), toRoot = hex('')] = [ROOTS[from], ROOTS[to]];
    expect(verifyConsistency({ from, fromRoot, to, toRoot, proof })).toBe(true);
  });

  it('verify for every leaf and pair of sizes up to 20, and for no other leaf, root or size', async () => {
    const leaves = numbered(20);
    const { nodeAt, roots } = grow(leaves);
    const other = leafHash(Buffer.from('other'));
    for (const [size, root] of roots.entries()) {
      for (const [index, leaf] of leaves.slice(0, size).entries()) {
        const proof = await inclusionProof(index, size, nodeAt);
        const claim = { leaf, index, size, root, proof };
        expect(verifyInclusion(claim)).toBe(true);
        for (const wrong of [
          { index: index + 1 },
          { index: index - 1 },
          { index: index ^ 2 },
          { size: size * 2 },
          { size: Math.floor(size / 2) },
          { leaf: other },
          { leaf: hex('00') },
          { root: other },
          { root: EMPTY_ROOT },
          { proof: [...proof, root] },
          { proof: [root, ...proof] },
          { proof: [...proof, hex('')] },
          ...(proof.length === 0 ? [] : [{ proof: proof.slice(1) }, { proof: proof.slice(0, -1) }]),
          ...proof.map((_, at) => ({ proof: proof.with(at, other) })),
        ]) {
          expect(verifyInclusion({ ...claim, ...wrong })).toBe(false);
        }
      }
      for (const [from, fromRoot] of roots.slice(0, size + 1).entries()) {
        const proof = await consistencyProof(from, size, nodeAt);
        const claim = { from, fromRoot, to: size, toRoot: root, proof };
        expect(verifyConsistency(claim)).toBe(true);
        for (const wrong of [
          { fromRoot: other },
          { from: from + 1 },
          { from: from - 1 },
          { proof: [...proof, root] },
          { proof: [fromRoot, ...proof] },
          // Of the empty tree nothing follows, so any tree of any size is its continuation.
          ...(from === 0 ? [] : [{ toRoot: other }]),
          ...(proof.length === 0 ? [] : [{ to: size * 2 }, { proof: proof.slice(1) }, { proof: [] }]),
          ...proof.map((_, at) => ({ proof: proof.with(at, other) })),
        ]) {
          expect(verifyConsistency({ ...claim, ...wrong })).toBe(false);
        }
      }
    }
  });

  it('work beyond 32 bits', async () => {
    // No such tree needs to be grown: the two nodes at its edge are made up, and the root is theirs.
    const size = 2 ** 40 + 3;
    const nodeAt = (level: number, index: number) => leafHash(Buffer.from(`${level}/${index}`));
    const proof = await inclusionProof(size - 1, size, nodeAt);
    const leaf = nodeAt(0, size - 1);
    expect(proof).toEqual([nodeAt(1, 2 ** 39), nodeAt(40, 0)]);
    const [sibling = leaf, great = leaf] = proof;
    const root = nodeHash(great, nodeHash(sibling, leaf));
    expect(verifyInclusion({ leaf, index: size - 1, size, root, proof })).toBe(true);
    expect(
      verifyConsistency({
        from: 2 ** 40,
        fromRoot: great,
        to: size,
        toRoot: root,
        proof: await consistencyProof(2 ** 40, size, nodeAt),
      }),
    ).toBe(true);
  });

  it('are refused for a missing leaf, and for a tree that shrank', () => {
    const { nodeAt } = grow(numbered(3));
    for (const [index, size] of [
      [3, 3],
      [-1, 3],
      [0.5, 3],
      [0, 0],
    ] as const) {
      expect(() => inclusionProof(index, size, nodeAt)).toThrow(RangeError);
    }
    expect(() => consistencyProof(3, 2, nodeAt)).toThrow(RangeError);
  });
});
