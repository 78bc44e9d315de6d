import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface BreakableDatabase {
  /** leads to the database while the line holds */
  url: string;
  /** Breaks every connection, and takes in no new one. */
  cut(): void;
  mend(): void;
  /** Passes on the next answer by half, and then breaks its connection. */
  cutNextAnswer(): void;
  /** Passes nothing on over the present connections, and closes none: they are half open. New ones work. */
  freeze(): void;
  close(): Promise<void>;
}

/** A line to a database that a test can break, as a lost network or a server that is away would. */
export async function breakable(databaseUrl: string): Promise<BreakableDatabase> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  let holds = true;
  let cutsNextAnswer = false;
  const server = createServer((client) => {
    if (!holds) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (!cutsNextAnswer) {
        client.write(chunk);
        return;
      }
      cutsNextAnswer = false;
      client.write(chunk.subarray(0, chunk.length / 2), () => client.destroy());
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on('end', () => to.end());
      from.on('error', () => undefined);
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    holds = false;
    for (const socket of open) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    mend: () => {
      holds = true;
    },
    cutNextAnswer: () => {
      cutsNextAnswer = true;
    },
    freeze: () => {
      for (const socket of open) socket.removeAllListeners('data').removeAllListeners('end').pause();
    },
    close: async () => {
      cut();
      await new Promise((closed) => server.close(closed));
    },
  };
}
