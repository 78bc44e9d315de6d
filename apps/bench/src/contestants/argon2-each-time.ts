import { parseKey } from '@coordinator-registry/api/keys/key.js';
import { verifySecret } from '@coordinator-registry/api/keys/secret-hash.js';
import { openPool } from '../stage/stage.js';
import { type Contestant, SESSIONS } from './contestant.js';
import { guardedRoute } from './guarded-route.js';

/** The product's keys, hashes and row, but without its cache of proven keys: each request reads the row and runs argon2. */
const argon2EachTime: Contestant = ({ databaseUrl, answer }) => {
  const pool = openPool(databaseUrl, SESSIONS);
  return guardedRoute(answer, async (text) => {
    const key = parseKey(text);
    if (key === undefined) return false;
    const { rows } = await pool.query<{ secret_hash: string }>({
      name: 'key',
      text: 'SELECT secret_hash FROM coordinator_keys WHERE kid = $1 AND revoked_at IS NULL',
      values: [key.kid],
    });
    const [row] = rows;
    return row !== undefined && (await verifySecret(row.secret_hash, key.secret));
  });
};
export default argon2EachTime;
