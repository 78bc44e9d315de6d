import { hash } from 'node:crypto';
import { MalformedProofError } from './proof.errors.js';

/** Length of a SHA-256 hash, in bytes. Hashes are never modified. */
export const HASH_BYTES = 32;

/** RFC 6962 section 2.1: leaves and nodes have different prefixes. Otherwise a node could be presented as a leaf. */
export const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

export function sha256(data: Uint8Array): Buffer {
  // The detour through a Latin-1 string costs half as much as a Buffer made by OpenSSL.
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1');
}

/** Whether the hash of the data equals the hash in `hashes` at `at`. */
export function hashesTo(data: Uint8Array, hashes: Uint8Array, at: number): boolean {
  const found = hash('sha256', data, 'binary');
  for (let it = 0; it < HASH_BYTES; it += 1) {
    if (found.charCodeAt(it) !== hashes[at + it]) return false;
  }
  return true;
}

/** The root of the empty tree. */
export const EMPTY_ROOT = sha256(new Uint8Array(0));

export function leafHash(leaf: Uint8Array): Buffer {
  return sha256(Buffer.concat([Uint8Array.of(LEAF_PREFIX), leaf]));
}

const pair = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

/**
 * Joins neighbouring subtrees, largest first, as RFC 6962 does at the right edge. Without subtrees it returns the empty
 * root.
 */
export function joinSubtrees(hashes: readonly Buffer[]): Buffer {
  const last = hashes.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/**
 * Called with each complete subtree when it is completed. Its 2^level leaves begin at index · 2^level. Level 0 are the
 * leaf hashes. Proofs are made from these hashes once they are stored (see `NodeReader`).
 */
export type NodeSink = (level: number, index: number, hash: Buffer) => void;

/**
 * An append-only RFC 6962 tree that keeps only its right edge: one hash for each 1 in the binary form of its size.
 * Appending n leaves hashes fewer than n nodes.
 */
export class MerkleFrontier {
  private leafCount = 0;
  /** the complete subtrees, largest first */
  private readonly subtrees: Buffer[] = [];

  /** number of leaves */
  get size(): number {
    return this.leafCount;
  }

  /** @throws RangeError if the hash does not have 32 bytes */
  append(leaf: Buffer, completed?: NodeSink): void {
    assertHash(leaf);
    let [level, index, node] = [0, this.leafCount, leaf];
    completed?.(level, index, node);
    for (; index % 2 === 1; level += 1) {
      node = nodeHash(this.takeSmallest(), node);
      index = (index - 1) / 2;
      completed?.(level + 1, index, node);
    }
    this.subtrees.push(node);
    this.leafCount += 1;
  }

  root(): Buffer {
    return joinSubtrees(this.subtrees);
  }

  /** The size as 64 bits, big-endian, then the hashes of the complete subtrees, largest first. */
  serialize(): Buffer {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(this.leafCount));
    return Buffer.concat([size, ...this.subtrees]);
  }

  /** @throws MalformedProofError */
  static parse(bytes: Uint8Array): MerkleFrontier {
    const state = Buffer.from(bytes);
    if (state.length < 8) throw new MalformedProofError('a frontier begins with its size, of 8 bytes');
    const size = state.readBigUInt64BE();
    if (size > BigInt(Number.MAX_SAFE_INTEGER))
      throw new MalformedProofError('a frontier of too many leaves');
    const hashes = state.subarray(8);
    if (hashes.length !== onesIn(size) * HASH_BYTES) {
      throw new MalformedProofError('a frontier has one hash for each 1 in the binary form of its size');
    }
    const frontier = new MerkleFrontier();
    frontier.leafCount = Number(size);
    for (let at = 0; at < hashes.length; at += HASH_BYTES) {
      frontier.subtrees.push(hashes.subarray(at, at + HASH_BYTES));
    }
    return frontier;
  }

  private takeSmallest(): Buffer {
    const subtree = this.subtrees.pop();
    if (subtree === undefined)
      throw new Error('a frontier has one hash for each 1 in the binary form of its size');
    return subtree;
  }
}

function assertHash(hash: Uint8Array): void {
  if (hash.length !== HASH_BYTES) throw new RangeError(`a hash has ${HASH_BYTES} bytes, not ${hash.length}`);
}

function onesIn(size: bigint): number {
  return size.toString(2).replaceAll('0', '').length;
}
