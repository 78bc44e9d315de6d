import type { IncomingMessage } from 'node:http';
import { DomainError } from '../problems/domain-error.js';
import { InvalidRequestError } from '../problems/invalid-request.error.js';

/**
 * Header fields that affect the meaning of the rest of the request. If one is sent twice, Node silently takes the
 * first.
 */
const SINGLE = ['host', 'content-type'];
/** The maximum number of fields, counted as sent. */
const MAX_FIELDS = 100;
// RFC 3986, section 3.2.2, and a port. RFC 9112, section 3.2, allows an empty port.
const HOST = /^(?:\[[\w.:~!$&'()*+,;=-]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/;

/**
 * Finds header fields that an intermediary could read differently than this server, as RFC 9112, sections 3.2 and 6.1,
 * requires.
 *
 * @returns the refusal; undefined if there is none
 */
export function headerRefusal(raw: IncomingMessage): DomainError | undefined {
  if (raw.rawHeaders.length > 2 * MAX_FIELDS) {
    return new DomainError('headers-too-large', `The request has more than ${MAX_FIELDS} header fields.`);
  }
  const wrong = faultOf(raw);
  return wrong === undefined ? undefined : new InvalidRequestError(wrong);
}

function faultOf({ headers, httpVersion, rawHeaders }: IncomingMessage): string | undefined {
  if (httpVersion !== '1.1') {
    if (httpVersion !== '1.0') return 'The server speaks HTTP/1.1.';
    if (headers['transfer-encoding'] !== undefined) return 'HTTP/1.0 has no Transfer-Encoding.';
  } else if (headers.host === undefined) return 'The request has no Host header.';
  if (headers.host !== undefined && !HOST.test(headers.host)) return 'The Host header names no host.';
  for (const name of SINGLE) {
    if (isDoubled(name, rawHeaders)) return `The request has more than one ${name} header.`;
  }
  return undefined;
}

function isDoubled(name: string, rawHeaders: readonly string[]): boolean {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at];
    if (given?.length === name.length && given.toLowerCase() === name) found += 1;
  }
  return found > 1;
}
