/**
 * Requests that are safe to repeat if the answer is lost (docs/http-api.md): all GETs, and these. A reporter must name its attempt, else
 * a repeat could report for another one.
 */
const SAFE: Record<string, 'always' | 'with-key' | 'with-attempt'> = {
  'POST /coordinator/jobs': 'with-key',
  'POST /coordinator/jobs/claim': 'with-key',
  'POST /stitcher/dispatch': 'with-key',
  'PATCH /coordinator/jobs/{id}/progress': 'always',
  'PATCH /coordinator/jobs/{id}/status': 'always',
  'POST /coordinator/jobs/{id}/complete': 'with-attempt',
  'POST /coordinator/jobs/{id}/fail': 'with-attempt',
  'POST /coordinator/jobs/{id}/retry': 'with-attempt',
  // A key has one live successor at most, so a repeat gets 409.
  'POST /coordinator/keys/rotate': 'always',
  'POST /jobs/{id}/cancel': 'always',
  'POST /jobs/{id}/retry': 'always',
  'POST /jobs/cancel': 'always',
  'POST /keys/revoke': 'always',
  'DELETE /admin/coordinators/{id}/keys/{keyId}': 'always',
};

/** Whether the request takes an `Idempotency-Key`. */
export function takesIdempotencyKey(method: string, path: string): boolean {
  return SAFE[`${method} ${path}`] === 'with-key';
}

/** @param path as the document has it, with `{id}` */
export function isRepeatable(method: string, path: string, body: string | undefined): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  const rule = SAFE[`${method} ${path}`];
  // The key is always sent where it is taken.
  return rule === 'with-attempt' ? namesAttempt(body) : rule !== undefined;
}

function namesAttempt(body = '{}'): boolean {
  const parsed: unknown = JSON.parse(body);
  return typeof parsed === 'object' && parsed !== null && 'attempt' in parsed;
}
