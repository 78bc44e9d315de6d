import { RFC9162 } from '@transmute/rfc9162';

/** A claim about two trees, with the proof as the API answers it. */
export interface ConsistencyClaim {
  fromSize: number;
  fromRoot: Buffer;
  toSize: number;
  toRoot: Buffer;
  /** hashes in Base64 */
  proof: readonly string[];
}

/** Verifies as RFC 9162, section 2.1.4.2, by code that is not ours. Both trees have leaves, and not the same number. */
export async function isConsistent(claim: ConsistencyClaim): Promise<boolean> {
  const { fromSize, fromRoot, toSize, toRoot, proof } = claim;
  const path = proof.map((hash) => new Uint8Array(Buffer.from(hash, 'base64')));
  // The library leaves step 2 to its caller: before the proof of a power of two stands the first root.
  const isPowerOfTwo = Number.isInteger(Math.log2(fromSize));
  return await RFC9162.verifyConsistencyProof(new Uint8Array(fromRoot), new Uint8Array(toRoot), {
    log_id: '',
    tree_size_1: fromSize,
    tree_size_2: toSize,
    consistency_path: isPowerOfTwo ? [new Uint8Array(fromRoot), ...path] : path,
  });
}
