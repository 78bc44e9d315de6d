import { createHash } from 'node:crypto';
import { openPool } from '../stage/stage.js';
import { type Contestant, SESSIONS } from './contestant.js';
import { guardedRoute } from './guarded-route.js';

/** The usual way: each request looks up the key's SHA-256 in one prepared statement. It has no rate limit. */
const sha256Lookup: Contestant = ({ databaseUrl, answer }) => {
  const pool = openPool(databaseUrl, SESSIONS);
  return guardedRoute(answer, async (key) => {
    const { rowCount } = await pool.query({
      name: 'key',
      text: 'SELECT id FROM api_keys WHERE digest = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())',
      values: [createHash('sha256').update(key).digest()],
    });
    return rowCount === 1;
  });
};
export default sha256Lookup;
