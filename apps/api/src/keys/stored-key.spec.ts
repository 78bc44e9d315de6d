import { expect, it } from '@jest/globals';
import { parseKey } from './key.js';
import { verifySecret } from './secret-hash.js';
import { issueKey } from './stored-key.js';

it('issueKey stores the kid and a hash of the secret, not the text', async () => {
  const { text, stored } = await issueKey('cro_');
  const key = parseKey(text);
  expect(key).toMatchObject({ prefix: 'cro_', kid: stored.kid });
  expect(await verifySecret(stored.secretHash, key?.secret ?? '')).toBe(true);
  expect(Object.values(stored).join()).not.toContain(key?.secret);
});
