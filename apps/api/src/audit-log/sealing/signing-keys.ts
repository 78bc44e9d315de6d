import { createHmac, createPrivateKey, hkdfSync } from 'node:crypto';
import { type NoteSigner, noteSigner, rawKey } from '../../audit-proof/signed-note.js';

/** A signing key. It also derives the tokens by which Postgres recognises the holder of the key (docs/adr/0025). */
export class SigningKey {
  private readonly tokenKey: Buffer;
  /** the 32 bytes of the public key in Base64 */
  readonly publicKey: string;

  /** @throws UnusableKeyError if the PEM is not an Ed25519 private key */
  constructor(private readonly pem: string) {
    this.publicKey = rawKey(noteSigner('any', pem).publicKey).toString('base64');
    const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
    const secret = Buffer.from(d, 'base64url');
    this.tokenKey = Buffer.from(hkdfSync('sha256', secret, '', 'coordinator-registry/seal-tokens/v1', 32));
  }

  signer(origin: string): NoteSigner {
    return noteSigner(origin, this.pem);
  }

  /** The token that Postgres requires for the checkpoint after number `seq` of this log. */
  sealToken(origin: string, seq: number): Buffer {
    return this.token('seal', origin, seq);
  }

  /**
   * The token that Postgres requires from a process that requests the lease, while number `seq` is the last checkpoint.
   */
  leaseToken(origin: string, seq: number): Buffer {
    return this.token('lease', origin, seq);
  }

  private token(purpose: string, origin: string, seq: number): Buffer {
    return createHmac('sha256', this.tokenKey).update(`${purpose}\n${origin}\n${seq}`).digest();
  }
}

/** The current key, and the previous key if it was changed. */
export interface SigningKeys {
  current: SigningKey;
  previous?: SigningKey;
}

export function signingKeys(current: string, previous?: string): SigningKeys {
  return {
    current: new SigningKey(current),
    ...(previous === undefined ? {} : { previous: new SigningKey(previous) }),
  };
}
