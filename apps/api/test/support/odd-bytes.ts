/* Requests that no client sends: what is odd is the HTTP itself, not what is said in it. */

/** A request as lines and bytes, in latin1. */
export interface Wire {
  method: string;
  target: string;
  version: string;
  /** name and value of each line */
  headers: [string, string][];
  body: string;
  /** between the lines of the head */
  eol: string;
  /** whether the request is incomplete, so that the client ends the connection */
  cutOff: boolean;
}

type Oddity = (wire: Wire) => Wire;

/** @returns the request as any client would send it */
export function plainly(of: Pick<Wire, 'method' | 'target' | 'headers' | 'body'>): Wire {
  const length: [string, string][] = of.body === '' ? [] : [['Content-Length', String(of.body.length)]];
  return {
    ...of,
    headers: [['Host', 'registry.example'], ...of.headers, ...length],
    version: 'HTTP/1.1',
    eol: '\r\n',
    cutOff: false,
  };
}

export function bytesOf({ method, target, version, headers, body, eol }: Wire): Buffer {
  const lines = [`${method} ${target} ${version}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from(`${lines.join(eol)}${eol}${eol}${body}`, 'latin1');
}

const as =
  (changed: Partial<Wire>): Oddity =>
  (wire) => ({ ...wire, ...changed });
const target =
  (change: (target: string) => string): Oddity =>
  (wire) => ({ ...wire, target: change(wire.target) });
const withHeaders =
  (...more: [string, string][]): Oddity =>
  (wire) => ({ ...wire, headers: [...wire.headers, ...more] });
const without =
  (...names: string[]): Oddity =>
  (wire) => ({ ...wire, headers: wire.headers.filter(([name]) => !names.includes(name.toLowerCase())) });

/** The same line again, in other letter case; and where the request has none, two. */
const doubled =
  (name: string, value = ''): Oddity =>
  (wire) => {
    const [, given = value] = wire.headers.find(([it]) => it.toLowerCase() === name.toLowerCase()) ?? [];
    const lines: [string, string][] = [
      [name.toLowerCase(), given],
      [name.toUpperCase(), given],
    ];
    return {
      ...without(name.toLowerCase())(wire),
      headers: [...without(name.toLowerCase())(wire).headers, ...lines],
    };
  };

/** How the body is framed, in place of a length. */
const framed =
  (lines: [string, string][], body: (body: string) => string = (it) => it, cutOff = false): Oddity =>
  (wire) => ({
    ...withHeaders(...lines)(without('content-length')(wire)),
    body: body(wire.body),
    cutOff,
  });
const CHUNKED: [string, string][] = [['Transfer-Encoding', 'chunked']];
const hex = (text: string) => text.length.toString(16);
const chunk = (text: string, more = '') => `${hex(text)}${more}\r\n${text}\r\n`;
const inChunks = (body: string, size: number) =>
  Array.from({ length: Math.ceil(body.length / size) }, (_, at) =>
    chunk(body.slice(at * size, (at + 1) * size)),
  ).join('');
const END = '0\r\n\r\n';

/** What may be odd about a request, each by its name. */
export const ODDITIES: Record<string, Oddity> = {
  ...Object.fromEntries(
    [
      'HEAD',
      'OPTIONS',
      'TRACE',
      'PUT',
      'QUERY',
      'PROPFIND',
      'FOO',
      'get',
      'GET,POST',
      'G\x00T',
      '',
      ' GET',
    ].map((method) => [`the method "${method}"`, as({ method })]),
  ),
  CONNECT: as({ method: 'CONNECT' }),
  'CONNECT to a host': as({ method: 'CONNECT', target: 'registry.example:443' }),

  'absolute form': target((it) => `http://registry.example${it}`),
  'absolute form of another host': target((it) => `https://user:password@elsewhere.example:1${it}`),
  'a double slash': target((it) => `/${it}`),
  'a slash at the end': target((it) => `${it}/`),
  'a dot in the path': target((it) => `/.${it}`),
  'dots in the path': target((it) => `/nowhere/..${it}`),
  'escaped dots in the path': target((it) => `/nowhere/%2e%2e${it}`),
  'an escaped slash at the end': target((it) => `${it}%2f`),
  'all slashes escaped': target((it) => `/${it.slice(1).replaceAll('/', '%2F')}`),
  'an escaped letter': target((it) => `/%${it.charCodeAt(1).toString(16)}${it.slice(2)}`),
  'an escaped NUL at the end': target((it) => `${it}%00`),
  'half an escape': target((it) => `${it}%`),
  'an escape that is not UTF-8': target((it) => `${it}%ff`),
  'a NUL at the end': target((it) => `${it}\0`),
  'a letter beyond ASCII': target((it) => `${it}\xf6`),
  'a fragment': target((it) => `${it}#more`),
  'a matrix parameter': target((it) => `${it};a=b`),
  'another letter case': target((it) => it.toUpperCase()),
  backslashes: target((it) => it.replaceAll('/', '\\')),
  'no slash': target((it) => it.slice(1)),
  'a space in the target': target((it) => `${it} /`),
  'an asterisk': as({ target: '*' }),
  'only a query': as({ target: '?' }),
  'no target': as({ target: '' }),
  'a very long path': target((it) => `${it}/${'a'.repeat(8_000)}`),
  'a path of many parts': target((it) => `${it}${'/a'.repeat(4_000)}`),
  'a path over the size limit': target((it) => `${it}/${'a'.repeat(20_000)}`),
  'a query of many parameters': target((it) => `${it}?${'a=1&'.repeat(3_000)}`),

  'HTTP/1.0': as({ version: 'HTTP/1.0' }),
  'HTTP/1.0, kept alive': (wire) =>
    withHeaders(['Connection', 'keep-alive'])(as({ version: 'HTTP/1.0' })(wire)),
  'HTTP/0.9': as({ version: 'HTTP/0.9' }),
  'HTTP/2.0': as({ version: 'HTTP/2.0' }),
  'HTTP/1.2': as({ version: 'HTTP/1.2' }),
  'no version': as({ version: '' }),
  'an empty version': as({ version: 'HTTP' }),
  'a preface of HTTP/2': as({ method: 'PRI', target: '*', version: 'HTTP/2.0' }),
  'a greeting of TLS': as({ method: '\x16\x03\x01\x00\xf8\x01\x00\x00\xf4\x03\x03' }),

  'no Host': without('host'),
  'Host twice': doubled('Host'),
  'two hosts': withHeaders(['host', 'elsewhere.example']),
  'an empty Host': (wire) => withHeaders(['Host', ''])(without('host')(wire)),
  'a malformed Host': (wire) => withHeaders(['Host', 'a b/c@d'])(without('host')(wire)),
  'X-API-Key twice': doubled('X-API-Key', 'crk_nonsense'),
  'Authorization twice': doubled('Authorization', 'Bearer cro_nonsense'),
  'both credentials': (wire) => doubled('Authorization', 'Bearer crk_x')(doubled('X-API-Key', 'crk_x')(wire)),
  'Idempotency-Key twice': doubled('Idempotency-Key', 'once'),
  'If-Match twice': doubled('If-Match', '"1"'),
  'Content-Type twice': doubled('Content-Type', 'application/json'),
  'two Content-Types': withHeaders(['content-type', 'text/plain']),
  'X-Request-Id twice': doubled('X-Request-Id', 'r-1'),
  'User-Agent twice': doubled('User-Agent', 'odd'),
  'X-Gitea-Event twice': doubled('X-Gitea-Event', 'issues'),
  'X-Forwarded-For twice': doubled('X-Forwarded-For', '10.0.0.1, nonsense'),
  'a key that Connection names': withHeaders(['Connection', 'x-api-key, authorization, host']),
  'an upgrade': withHeaders(['Connection', 'upgrade'], ['Upgrade', 'websocket']),
  'an upgrade to HTTP/2': withHeaders(
    ['Connection', 'upgrade, http2-settings'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'AAA'],
  ),
  'an expectation': withHeaders(['Expect', '100-continue']),
  'an unknown expectation': withHeaders(['Expect', 'wonders']),
  'another method in a header': withHeaders(['X-HTTP-Method-Override', 'DELETE']),

  'lines of LF alone': as({ eol: '\n' }),
  'lines of CR alone': as({ eol: '\r' }),
  'a folded line': withHeaders(['X-Folded', 'a\r\n b']),
  'a space before the colon': withHeaders(['X-Space ', 'a']),
  'an empty header name': withHeaders(['', 'a']),
  'a NUL in a name': withHeaders(['X\0', 'a']),
  'a NUL in a value': withHeaders(['X-Nul', 'a\0b']),
  'a CR in a value': withHeaders(['X-Cr', 'a\rb']),
  'bytes beyond ASCII in a value': withHeaders(['X-Request-Id', '\xff\xfe'], ['User-Agent', '\x80']),
  '3,000 headers, the credential last': (wire) => ({
    ...wire,
    headers: [...Array.from({ length: 3_000 }, (): [string, string] => ['a', '']), ...wire.headers],
  }),
  'a header over the size limit': withHeaders(['X-Long', 'a'.repeat(20_000)]),

  'the length twice': (wire) => doubled('Content-Length', String(wire.body.length))(wire),
  'two lengths': withHeaders(['content-length', '1']),
  'lengths on one line': (wire) =>
    framed([['Content-Length', `${wire.body.length}, ${wire.body.length}`]])(wire),
  ...Object.fromEntries(
    ['-1', '+5', '0x5', '1e1', '5 5', '', 'nonsense', '99999999999999999999'].map((length) => [
      `the length "${length}"`,
      framed([['Content-Length', length]]),
    ]),
  ),
  'a length too short': (wire) =>
    framed([['Content-Length', String(Math.max(0, wire.body.length - 3))]])(wire),
  'an empty length': framed([['Content-Length', '0']]),
  'a length too long': (wire) =>
    framed([['Content-Length', String(wire.body.length + 10_000)]], undefined, true)(wire),
  'a length beyond the limit': framed([['Content-Length', '1099511627776']], undefined, true),
  'no length': framed([]),
  'a Content-Length with chunks': (wire) => withHeaders(...CHUNKED)(wire),
  'a body of 2 MiB': framed([['Content-Length', '2097152']], () => ' '.repeat(2_097_152)),
  'a body of 2 MiB in chunks': framed(CHUNKED, () => chunk(' '.repeat(65_536)).repeat(32) + END),
  'a body for a route without one': (wire) =>
    wire.body === '' ? framed([['Content-Length', '1']], () => '{')(wire) : wire,
  'another request in the body': (wire) =>
    framed(
      [['Content-Length', '0']],
      (body) => `${body}DELETE /admin/operators HTTP/1.1\r\nHost: a\r\n\r\n`,
    )(wire),

  'chunks of one byte': framed(CHUNKED, (body) => inChunks(body, 1) + END),
  'a chunk with an extension': framed(CHUNKED, (body) => (body && chunk(body, ';a=b;c="d"')) + END),
  'a chunk with a long extension': framed(
    CHUNKED,
    (body) => chunk(`${body} `, `;${'a'.repeat(40_000)}`) + END,
  ),
  'a chunk with zeros before its size': framed(CHUNKED, (body) => (body && `000${chunk(body)}`) + END),
  'a trailer': framed(CHUNKED, (body) => `${inChunks(body, 7)}0\r\nX-API-Key: a\r\nHost: b\r\n\r\n`),
  'a trailer over the size limit': framed(
    CHUNKED,
    (body) => `${inChunks(body, 7)}0\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
  ),
  'no last chunk': framed(CHUNKED, (body) => inChunks(body, 7), true),
  'half a chunk': framed(CHUNKED, (body) => `ffff\r\n${body}`, true),
  'a chunk longer than its size': framed(CHUNKED, (body) => `1\r\n${body} more\r\n${END}`),
  'chunks in lines of LF': framed(CHUNKED, (body) => `${hex(body)}\n${body}\n0\n\n`),
  ...Object.fromEntries(
    ['-1', 'zz', '0x1', ' 1', '1 ', 'ffffffffffffffffff', ''].map((size) => [
      `a chunk of the size "${size}"`,
      framed(CHUNKED, (body) => `${size}\r\n${body}\r\n${END}`),
    ]),
  ),
  ...Object.fromEntries(
    ['gzip', 'identity', 'chunked, chunked', 'chunked, gzip', 'xchunked', 'chunked;q=1', ''].map(
      (encoding) => [
        `the transfer encoding "${encoding}"`,
        framed([['Transfer-Encoding', encoding]], (body) => inChunks(body, 7) + END),
      ],
    ),
  ),
  'transfer encodings on two lines': framed([...CHUNKED, ...CHUNKED], (body) => inChunks(body, 7) + END),
  'two transfer encodings': framed(
    [['Transfer-Encoding', 'gzip, chunked']],
    (body) => inChunks(body, 7) + END,
  ),
  'chunks in HTTP/1.0': (wire) =>
    as({ version: 'HTTP/1.0' })(framed(CHUNKED, (body) => inChunks(body, 7) + END)(wire)),
  'content in another encoding': withHeaders(['Content-Encoding', 'gzip']),

  'lines before the request': (wire) => ({ ...wire, method: `\r\n\r\n${wire.method}` }),
};
