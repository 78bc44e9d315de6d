/** Addresses have plain parameters that a person can read, share and edit. */
export type SearchRecord = Record<string, string | undefined>;

export function parseSearch(text: string): SearchRecord {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value));
  }
  // These need no encoding in a query (RFC 3986, section 3.4).
  const text = parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
  return text === '' ? '' : `?${text}`;
}

/** Only these members, as text. */
export function pickSearch<const Name extends string>(names: readonly Name[]) {
  return (search: Record<string, unknown>): Partial<Record<Name, string>> => {
    const picked: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = search[name];
      if (value !== undefined && value !== null && value !== '') picked[name] = String(value);
    }
    return picked;
  };
}

const SPANS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `15m`, `1h`, `7d`; undefined for any other text. */
export function spanOf(since: string | undefined): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,4})([mhd])$/.exec(since ?? '') ?? [];
  const size = SPANS[unit];
  return size === undefined ? undefined : Number(count) * size;
}
