import { describe, expect, it } from '@jest/globals';
import { generateKey } from './key.js';
import { hashSecret, verifySecret } from './secret-hash.js';

describe('hashSecret and verifySecret', () => {
  it('create an argon2id PHC string with the stated parameters and its own salt', async () => {
    const { secret } = generateKey('crk_');
    const [one, other] = await Promise.all([hashSecret(secret), hashSecret(secret)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(one).not.toContain(secret);
  });

  it('accept the right secret only', async () => {
    const { secret } = generateKey('crk_');
    const phc = await hashSecret(secret);
    expect(await verifySecret(phc, secret)).toBe(true);
    expect(await verifySecret(phc, generateKey('crk_').secret)).toBe(false);
    expect(await verifySecret(phc, `${secret} `)).toBe(false);
    expect(await verifySecret(phc, '')).toBe(false);
  });

  it('throw for a damaged hash', async () => {
    await expect(verifySecret('not a hash', 'secret')).rejects.toThrow();
  });
});
