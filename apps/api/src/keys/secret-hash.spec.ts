import { describe, expect, it } from '@jest/globals';
import { generateKey } from './key.js';
import { hashSecret, verifySecret } from './secret-hash.js';

describe('secret hash', () => {
  it('is an argon2id PHC string with the stated parameters and a salt of its own', async () => {
    const { secret } = generateKey('crk_');
    const [one, other] = await Promise.all([hashSecret(secret), hashSecret(secret)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(one).not.toContain(secret);
  });

  it('tells the right secret from others', async () => {
    const { secret } = generateKey('crk_');
    const phc = await hashSecret(secret);
    expect(await verifySecret(phc, secret)).toBe(true);
    expect(await verifySecret(phc, generateKey('crk_').secret)).toBe(false);
    expect(await verifySecret(phc, `${secret} `)).toBe(false);
    expect(await verifySecret(phc, '')).toBe(false);
  });

  it('does not take a damaged hash for a wrong secret', async () => {
    await expect(verifySecret('not a hash', 'secret')).rejects.toThrow();
  });
});
