import { randomUUID } from 'node:crypto';
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEMS, type ProblemCode } from '../problems/catalogue.js';
import { DomainError } from '../problems/domain-error.js';
import { problemDocument } from './problem-document.js';
import { isWhole } from './request-body.js';
import { SECURITY_HEADERS } from './security-headers.js';

const KNOWN: Partial<Record<string, [ProblemCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'The headers are larger than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request did not arrive in time.'],
};

const MOMENT_MS = 5_000;

/** The answer to the last request that arrived on a connection. */
const latest = new WeakMap<Duplex, ServerResponse>();
/** Connections on which all further bytes are not HTTP. */
const broken = new WeakSet<Duplex>();

/** Answers with a problem where Node would answer by itself, without a body, or not at all. */
export function registerBrokenRequests(server: Server): void {
  server.on('request', (request, answer) => latest.set(request.socket, answer));
  // RFC 9110, section 10.1.1, allows a server to ignore unknown expectations. The interim answer (100 Continue) is sent
  // where the body is read.
  server.on('checkContinue', (...asked) => server.emit('request', ...asked));
  server.on('checkExpectation', (...asked) => server.emit('request', ...asked));
  server.on('connect', (_request, socket) => {
    // The socket is no longer read, so its end would go unnoticed.
    socket.once('finish', () => socket.destroy());
    refuse(socket, new DomainError('route-not-found', 'No route answers this path.'));
  });
}

/**
 * Answers bytes that are not HTTP, and requests that arrive too late. There may be no request to answer, only its
 * socket.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const said = KNOWN[error.code ?? ''] ?? ['invalid-request', 'This is not an HTTP request.'];
  refuse(socket, new DomainError(...said));
}

/**
 * Sends the last answer on a connection, after the answers to all complete requests. A request that breaks off in its
 * body gets this answer too, unless it was refused by its headers.
 */
function refuse(socket: Duplex, error: DomainError): void {
  const answer = latest.get(socket);
  if (answer === undefined || answer.closed) endWith(socket, error);
  else if (isWhole(answer.req)) {
    // Ignore further errors on a connection that is already broken.
    if (broken.has(socket)) return;
    broken.add(socket);
    answer.once('close', () => endWith(socket, error));
  } else if (answer.headersSent) endSoon(socket);
  else {
    const { status, headers, body } = problem(error);
    answer.writeHead(status, headers).end(body);
  }
}

function endWith(socket: Duplex, error: DomainError): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = problem(error);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  endSoon(socket, `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

/** Gives the client a moment to read the answer, however slowly it goes on sending. */
function endSoon(socket: Duplex, last = ''): void {
  socket.end(last);
  setTimeout(() => socket.destroy(), MOMENT_MS).unref();
}

function problem(error: DomainError) {
  const requestId = randomUUID();
  const body = JSON.stringify(problemDocument(error, requestId));
  return {
    status: PROBLEMS[error.code].status,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'x-request-id': requestId,
      connection: 'close',
    },
    body,
  };
}
