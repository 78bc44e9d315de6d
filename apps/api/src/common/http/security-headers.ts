/**
 * An answer is for one caller only. Unless a route says otherwise, it must not be stored, sniffed for its type, or
 * framed.
 */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
