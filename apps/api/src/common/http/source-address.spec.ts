import { BlockList, isIP, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sourceAddressFinder } from './source-address.js';

const PROXY = '192.0.2.99';
const CLIENT = '203.0.113.9';

type Trust = Parameters<typeof sourceAddressFinder>[0];

function find(
  trust: Trust,
  headers: Record<string, string>,
  { remoteAddress = PROXY, httpVersion = '1.1' } = {},
): string | null {
  return sourceAddressFinder(trust)({ headers, httpVersion, socket: { remoteAddress } as Socket });
}

const byEntries = (entries: string, trust: Trust = 1) => find(trust, { 'x-forwarded-for': entries });
const byElements = (elements: string, trust: Trust = 1) => find(trust, { forwarded: elements });

describe('entry of X-Forwarded-For', () => {
  it.each([
    ['203.0.113.9', CLIENT],
    ['203.0.113.9:4711', CLIENT],
    ['"203.0.113.9"', CLIENT],
    ['"203.0.113.9:4711"', CLIENT],
    ['203.0.113.9:_port', CLIENT],
    ['\t203.0.113.9 ', CLIENT],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['"[2001:db8::1]:4711"', '2001:db8::1'],
    ['::ffff:203.0.113.9', CLIENT],
    ['[::ffff:203.0.113.9]:80', CLIENT],
    ['::ffff:cb00:7109', CLIENT],
    ['0:0:0:0:0:ffff:203.0.113.9', CLIENT],
    ['fe80::1%eth0', 'fe80::1'],
    ['fe80::1%25eth0', 'fe80::1'],
    ['[fe80::1%eth0]:80', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
    ['"[FE80::1%25en0.100]:80"', 'fe80::1'],
  ])('%s is %s', (entry, expected) => {
    expect(byEntries(entry)).toBe(expected);
  });

  it.each([
    'unknown',
    '"unknown"',
    '_hidden',
    'nonsense',
    '',
    ' ',
    '""',
    '203.0.113.9:',
    '203.0.113.9:471100',
    '203.0.113.9:port',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.09',
    '203.0.113.9/32',
    '203.0.113.9 198.51.100.1',
    '[203.0.113.9]',
    '[203.0.113.9',
    '203.0.113.9]',
    '"203.0.113.9',
    '203.0.113.9"',
    '""203.0.113.9""',
    '[2001:db8::1]4711',
    '2001:db8::1::',
    '[]',
    'for=203.0.113.9',
    'fe80::1%',
    'fe80::1% ',
    '203.0.113.9%eth0',
    '2001:db8::1%eth0',
    '::1%lo',
    '::ffff:127.0.0.1%lo',
  ])('%j is no address', (entry) => {
    expect(byEntries(entry)).toBeNull();
  });
});

describe('element of Forwarded', () => {
  it.each([
    ['for=203.0.113.9', CLIENT],
    ['For=203.0.113.9;proto=http;by=203.0.113.43', CLIENT],
    ['by=203.0.113.43; FOR="203.0.113.9:4711" ; host="example.org"', CLIENT],
    ['for="203.0.113.9:_gazonk"', CLIENT],
    ['for=203.0.113.9:4711', CLIENT],
    ['for="[2001:db8:cafe::17]"', '2001:db8:cafe::17'],
    ['for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for=[2001:db8:cafe::17]', '2001:db8:cafe::17'],
    ['for="[::ffff:203.0.113.9]"', CLIENT],
    ['for="[fe80::1%25eth0]:80"', 'fe80::1'],
  ])('%s is %s', (element, expected) => {
    expect(byElements(element)).toBe(expected);
  });

  it.each([
    'for=unknown',
    'for="unknown:80"',
    'for=_hidden',
    'for="_SEVKISEK"',
    'for=',
    'for=""',
    'proto=https',
    'by=203.0.113.9',
    '',
    '203.0.113.9',
    'for = 203.0.113.9',
    'for=203.0.113.9;for=203.0.113.9',
    'for=203.0.113.9;FOR=198.51.100.1',
    'for=203.0.113.9 198.51.100.1',
    'for=203.0.113.9;host="a',
    'for=203.0.113.9;host="a"b',
    'for=203.0.113.9;nonsense',
    'for="203.0.113\\.9"',
    'for="2001:db8::1"',
    'for=2001:db8::1',
    'for="[2001:db8::1"',
    "for='203.0.113.9'",
  ])('%j is no address', (element) => {
    expect(byElements(element)).toBeNull();
  });

  it('ends at a comma, also in quotes, so that a client cannot hide the entry of a proxy', () => {
    expect(byElements('for="evil, for=203.0.113.9')).toBe(CLIENT);
    expect(byElements('for=203.0.113.9;host="x,for=198.51.100.1"')).toBeNull();
    expect(byElements('for=203.0.113.9;host="x,for=198.51.100.1;a=\\""')).toBeNull();
    expect(byEntries('"evil, 203.0.113.9')).toBe(CLIENT);
  });
});

describe.each<[string, (addresses: string, trust: Trust) => string | null, (address: string) => string]>([
  ['X-Forwarded-For', byEntries, (it) => it],
  ['Forwarded', byElements, (it) => `proto=https;for=${it === '' ? '""' : it}`],
])('list in %s', (_name, client, entry) => {
  const list = (...addresses: string[]) => addresses.map(entry).join(', ');

  it('a number of hops counts from the right, for any entries', () => {
    expect(client(list('198.51.100.1', CLIENT), 1)).toBe(CLIENT);
    expect(client(list('198.51.100.1', CLIENT, '10.0.0.1'), 2)).toBe(CLIENT);
    expect(client(list('198.51.100.1', CLIENT, '_proxy'), 2)).toBe(CLIENT);
    expect(client(list('198.51.100.1', 'unknown', '10.0.0.1'), 2)).toBeNull();
    expect(client(list('198.51.100.1', ''), 1)).toBeNull();
    expect(client(list(CLIENT), 2)).toBe(CLIENT);
    expect(client(list(CLIENT), 0)).toBe(PROXY);
  });

  it('networks end at the first entry outside of them', () => {
    const trust = `${PROXY},10.0.0.0/8`;
    expect(client(list('198.51.100.1', CLIENT), trust)).toBe(CLIENT);
    expect(client(list('198.51.100.1', CLIENT, '10.0.0.1'), trust)).toBe(CLIENT);
    expect(client(list(CLIENT, 'unknown', '10.0.0.1'), trust)).toBeNull();
    expect(client(list(CLIENT, '', '10.0.0.1'), trust)).toBeNull();
    expect(client(list('10.0.0.2', '10.0.0.1'), trust)).toBe('10.0.0.2');
    expect(client(list(CLIENT), '10.0.0.0/8')).toBe(PROXY);
  });

  it('true trusts every entry, and false trusts none', () => {
    expect(client(list(CLIENT, '198.51.100.1'), true)).toBe(CLIENT);
    expect(client(list('unknown', '198.51.100.1'), true)).toBeNull();
    expect(client(list(CLIENT, '198.51.100.1'), false)).toBe(PROXY);
  });
});

describe('both headers', () => {
  it.each([
    [{ 'x-forwarded-for': '203.0.113.9:80', forwarded: 'for=203.0.113.9' }, CLIENT],
    [{ 'x-forwarded-for': '2001:DB8::1', forwarded: 'for="[2001:db8:0::1]"' }, '2001:db8::1'],
    [{ 'x-forwarded-for': '10.0.0.1, 203.0.113.9', forwarded: 'for=198.51.100.1, for=203.0.113.9' }, CLIENT],
    [{ 'x-forwarded-for': '203.0.113.9', forwarded: 'for=10.0.0.1' }, null],
    [{ 'x-forwarded-for': '10.0.0.1', forwarded: 'for=203.0.113.9' }, null],
    [{ 'x-forwarded-for': '203.0.113.9', forwarded: 'for=unknown' }, null],
    [{ 'x-forwarded-for': '203.0.113.9', forwarded: 'proto=https' }, null],
    [{ 'x-forwarded-for': '203.0.113.9', forwarded: '' }, null],
    [{ 'x-forwarded-for': '', forwarded: 'for=203.0.113.9' }, null],
  ])('%j give %s', (headers, expected) => {
    expect(find(1, headers)).toBe(expected);
  });
});

describe('neither header', () => {
  it('gives the address of the peer', () => {
    expect(find(1, {})).toBe(PROXY);
    expect(find(1, {}, { remoteAddress: 'fe80::1%eth0' })).toBe('fe80::1');
  });

  it.each([
    'via',
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-real-ip',
    'x-original-url',
    'x-forwarded',
    'x-azure-clientip',
    'x-envoy-external-address',
  ])('gives an unknown address if a trusted proxy sends %s', (name) => {
    expect(find(1, { [name]: CLIENT })).toBeNull();
    expect(find(PROXY, { [name]: CLIENT })).toBeNull();
    expect(find(false, { [name]: CLIENT })).toBe(PROXY);
  });

  it('gives an unknown address if a trusted proxy sends HTTP/1.0, the default of nginx', () => {
    expect(find(1, {}, { httpVersion: '1.0' })).toBeNull();
    expect(find(1, { 'x-forwarded-for': CLIENT }, { httpVersion: '1.0' })).toBe(CLIENT);
    expect(find(false, {}, { httpVersion: '1.0' })).toBe(PROXY);
  });
});

describe('arbitrary header bytes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        ',',
        ', ',
        ';',
        '"',
        '\\',
        '=',
        'for=',
        'For="',
        ':',
        '%',
        '[',
        ']',
        ':80',
        '%eth0',
        ' ',
        '\t',
        'unknown',
        '_x',
      ],
      ...[
        CLIENT,
        '10.0.0.1',
        '[2001:db8::1]',
        '2001:db8::1',
        '::ffff:10.0.0.1',
        'fe80::1',
        '127.0.0.1',
        '::1',
      ],
    ),
    // Header fields are latin-1.
    fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((it) => String.fromCharCode(it)),
      maxLength: 4,
    }),
  );
  const bytes = fc.array(piece, { maxLength: 14 }).map((it) => it.join(''));
  const trust = fc.constantFrom<Trust>(true, 1, 2, 3, PROXY, `${PROXY},10.0.0.0/8,fe80::/10`);

  /** Read without the code under test: runs of characters of an address, with and without what may be a port. */
  function isIn(address: string, text: string): boolean {
    const same = new BlockList();
    same.addAddress(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
    return (text.match(/[\da-f:.]+/gi) ?? [])
      .flatMap((run) => [run, run.replace(/:(?:\d{1,5})?$/, '')])
      .some((it) => isIP(it) !== 0 && same.check(it, isIP(it) === 6 ? 'ipv6' : 'ipv4'));
  }

  it('give null or an address that is in the header', () => {
    fc.assert(
      fc.property(trust, bytes, fc.constantFrom('x-forwarded-for', 'forwarded'), (trusted, text, name) => {
        const address = find(trusted, { [name]: text });
        return address === null || isIn(address, text);
      }),
      { numRuns: 20_000 },
    );
  });

  it('give null or the address of both headers', () => {
    fc.assert(
      fc.property(trust, bytes, bytes, (trusted, entries, elements) => {
        const address = find(trusted, { 'x-forwarded-for': entries, forwarded: elements });
        const both = [byEntries(entries, trusted), byElements(elements, trusted)];
        return address === null || both.every((it) => it === address);
      }),
      { numRuns: 20_000 },
    );
  });

  it('of a client do not change how the entry of a proxy is read', () => {
    fc.assert(
      fc.property(bytes, (text) => {
        expect(byEntries(`${text}, ${CLIENT}`)).toBe(CLIENT);
        expect(byElements(`${text}, for=${CLIENT}`)).toBe(CLIENT);
      }),
    );
  });

  it('of 16 KiB of one repeated piece give no address', () => {
    for (const text of [' ', ',', '"', 'for=', ';', '1.', ':', '[', '%', 'a=b;', '\t x'].map((it) =>
      it.repeat(16_384 / it.length),
    )) {
      expect(byEntries(text)).toBeNull();
      expect(byElements(text)).toBeNull();
    }
  });
});
