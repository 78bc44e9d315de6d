import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request. `cut`: it is passed on, and the connection is closed in the middle of the answer. */
export type Fault = 'cut' | { status: number; headers?: Record<string, string>; body?: string };

/** A proxy that passes requests on, but for those that a test wants to fail. */
export class FaultyProxy {
  private static readonly all = new Set<FaultyProxy>();

  readonly requests: { method: string; path: string; headers: IncomingMessage['headers'] }[] = [];
  private readonly server = createServer((incoming, outgoing) => this.handle(incoming, outgoing));

  private constructor(
    private readonly target: string,
    private readonly faultOf: (method: string, path: string) => Fault | undefined,
  ) {}

  /** @param faultOf undefined: the request is passed on */
  static async open(target: string, faultOf: FaultyProxy['faultOf']): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target, faultOf);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    FaultyProxy.all.add(proxy);
    return proxy;
  }

  static async closeAll(): Promise<void> {
    for (const { server } of FaultyProxy.all) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    FaultyProxy.all.clear();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many requests there were with this method and end of the path. */
  count(method: string, end: string): number {
    return this.requests.filter((it) => it.method === method && it.path.split('?')[0]?.endsWith(end)).length;
  }

  private handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url: path = '', headers } = incoming;
    this.requests.push({ method, path, headers });
    const fault = this.faultOf(method, path);
    if (typeof fault === 'object') {
      incoming.resume();
      outgoing.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    }
    const onward = request(new URL(path, this.target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (fault === 'cut') {
        answer.once('data', (part: Buffer) => {
          outgoing.write(part.subarray(0, Math.ceil(part.length / 2)), () => outgoing.destroy());
        });
        answer.once('end', () => outgoing.destroy());
      } else {
        answer.pipe(outgoing);
      }
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}

/** The first so many requests with this method and end of the path. */
export function first(times: number, method: string, end: string, fault: Fault) {
  let left = times;
  return (asked: string, path: string): Fault | undefined => {
    if (left === 0 || asked !== method || !path.split('?')[0]?.endsWith(end)) return undefined;
    left -= 1;
    return fault;
  };
}
