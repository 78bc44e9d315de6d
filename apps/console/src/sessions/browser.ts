const BROWSERS: [name: string, mark: RegExp][] = [
  ['Edge', /Edg\/(\d+)/],
  ['Chrome', /(?:Headless)?Chrom(?:e|ium)\/(\d+)/],
  ['Firefox', /Firefox\/(\d+)/],
  ['Safari', /Version\/(\d+).*Safari/],
];
const SYSTEMS: [name: string, mark: RegExp][] = [
  ['Windows', /Windows/],
  ['iPhone', /iPhone/],
  ['Android', /Android/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
];

/** `Firefox 145 on Linux`, as the browser describes itself. */
export function browserOf(userAgent: string | null): string {
  if (userAgent === null) return 'Unknown browser';
  for (const [name, mark] of BROWSERS) {
    const version = mark.exec(userAgent)?.[1];
    if (version === undefined) continue;
    const system = SYSTEMS.find(([, it]) => it.test(userAgent))?.[0];
    return `${name} ${version}${system === undefined ? '' : ` on ${system}`}`;
  }
  return userAgent.slice(0, 40);
}
