import { isSameDigest, KeyedDigest } from './keyed-digest.js';

/**
 * The one key that a single-key deployment sets by environment. It has no format and no checksum, so it is compared whole, in
 * a time that tells neither its length nor how far a guess agrees. What it may do is decided like any other key's, by its row.
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
