import { readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The parts of the output of `node --cpu-prof` that are used here. Times are in µs of the monotonic clock. */
interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[];
  samples: number[];
  startTime: number;
  timeDeltas: number[];
}

interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

/** Start and end, in µs of the monotonic clock. */
export type Window = [number, number];

export function monotonicMicros(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/** @returns the time in one window by the origin of the code, in µs, the largest first */
export async function timeByPlace(path: string, [from, until]: Window): Promise<Map<string, number>> {
  const profile = JSON.parse(await readFile(path, 'utf8')) as CpuProfile;
  const placeOf = await placesOf(profile);
  const sums = new Map<string, number>();
  let now = profile.startTime;
  for (const [at, id] of profile.samples.entries()) {
    // The delta of a sample is the time since the sample before. The code that it found ran for about this time.
    const took = profile.timeDeltas[at] ?? 0;
    now += took;
    if (now < from || now > until) continue;
    const place = placeOf.get(id) ?? 'unknown';
    sums.set(place, (sums.get(place) ?? 0) + took);
  }
  return new Map([...sums].toSorted(([, a], [, b]) => b - a));
}

async function placesOf({ nodes }: CpuProfile): Promise<Map<number, string>> {
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const maps = await mapsOf(new Set(nodes.map(({ callFrame }) => callFrame.url)));
  const places = new Map<number, string>();
  for (const { id } of nodes) {
    // A built-in function has no file. Its time counts for its caller.
    let place: string | undefined;
    for (let at: number | undefined = id; at !== undefined && place === undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame;
      if (frame !== undefined) place = placeOfFrame(frame, maps);
    }
    places.set(id, place ?? 'unknown');
  }
  return places;
}

async function mapsOf(urls: Set<string>): Promise<Map<string, SourceMap>> {
  const maps = new Map<string, SourceMap>();
  for (const url of urls) {
    if (!url.startsWith('file:')) continue;
    const text = await readFile(`${fileURLToPath(url)}.map`, 'utf8').catch(() => undefined);
    if (text !== undefined) maps.set(url, new SourceMap(JSON.parse(text) as SourceMapPayload));
  }
  return maps;
}

function placeOfFrame(frame: CallFrame, maps: Map<string, SourceMap>): string | undefined {
  const { functionName, url, lineNumber, columnNumber } = frame;
  if (url === '')
    return /^\((program|garbage collector|idle)\)$/.test(functionName) ? functionName : undefined;
  if (url.startsWith('wasm:')) return "Prisma's query compiler (WebAssembly)";
  if (url.startsWith('node:')) return placeInNode(url.slice('node:'.length));
  const entry = maps.get(url)?.findEntry(lineNumber, columnNumber);
  // Code that the bundler has added is in no source.
  if (entry === undefined || !('originalSource' in entry)) return `bundle: ${functionName}`;
  return placeOfFile(entry.originalSource);
}

function placeInNode(module: string): string {
  if (/http/.test(module)) return 'node: http';
  if (/^(net|internal\/(net|stream|js_stream))|stream/.test(module)) return 'node: sockets and streams';
  return 'node: other';
}

/** @returns the name of the package, or the module of the product's own code */
export function placeOfFile(path: string): string {
  const dependency = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  if (dependency !== undefined) return dependency;
  const module = /(?:src|dist)\/(common\/[^/]+|[^/]+)\//.exec(path)?.[1];
  return module === undefined ? path : `src/${module}`;
}
