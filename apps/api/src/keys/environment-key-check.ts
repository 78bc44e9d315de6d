import { isSameDigest, KeyedDigest } from './keyed-digest.js';

/**
 * Checks the one key that a single-key deployment sets in its environment. The key has no format and no checksum, so it
 * is compared as a whole. The time of the comparison reveals neither its length nor how much of a guess is right. As
 * for any other key, its row decides what it may do.
 */
export class EnvironmentKeyCheck {
  private readonly digest = new KeyedDigest();
  private readonly expected: string;

  constructor(key: string) {
    this.expected = this.digest.of(key);
  }

  matches(presented: string): boolean {
    return isSameDigest(this.digest.of(presented), this.expected);
  }
}
