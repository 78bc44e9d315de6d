import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Pooler {
  /** leads to the database through the pooler */
  url: string;
  close(): Promise<void>;
}

const LENGTH_BYTES = 4;

/**
 * A connection pooler in front of a database. It changes what a session asks for when it connects, and passes everything else on.
 *
 * @param change the start-up parameters, by name
 */
export async function startPooler(
  databaseUrl: string,
  change: (parameters: Map<string, string>) => void,
): Promise<Pooler> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        for (const each of [client, upstream]) {
          open.delete(each);
          each.destroy();
        }
      });
    }
    upstream.pipe(client);
    let start = Buffer.alloc(0);
    const onStart = (bytes: Buffer) => {
      start = Buffer.concat([start, bytes]);
      if (start.length < LENGTH_BYTES || start.length < start.readInt32BE(0)) return;
      client.off('data', onStart);
      upstream.write(changed(start, change));
      client.pipe(upstream);
    };
    client.on('data', onStart);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** The StartupMessage: its length, the version of the protocol, then names and values that each end with a zero byte. */
function changed(start: Buffer, change: (parameters: Map<string, string>) => void): Buffer {
  const fields = start
    .subarray(2 * LENGTH_BYTES)
    .toString('utf8')
    .split('\0');
  const parameters = new Map<string, string>();
  for (let at = 0; fields[at]; at += 2) parameters.set(fields[at] ?? '', fields[at + 1] ?? '');
  change(parameters);
  const body = Buffer.from(`${[...parameters].flat().join('\0')}\0\0`, 'utf8');
  const message = Buffer.concat([start.subarray(0, 2 * LENGTH_BYTES), body]);
  message.writeInt32BE(message.length, 0);
  return message;
}
