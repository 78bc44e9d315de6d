import type { Server } from 'node:http';
import type { Socket } from 'node:net';

let waiting: (() => void)[] = [];

/**
 * Hands everything that is written to the server's connections in one turn of the event loop to the kernel at the end
 * of that turn.
 *
 * A client that has nothing to do sleeps, and the system call that wakes it takes longer than the rest of the write. If
 * the answers of a turn are written one right after the other, the first one wakes the client, and it is awake for the
 * others. `_write` and `_writev` are where Node lets a stream decide how it is written.
 */
export function joinWrites(server: Server): void {
  server.on('connection', (socket: Socket) => {
    const write = socket._write.bind(socket);
    socket._write = (chunk, encoding, done) => atEndOfTurn(() => write(chunk, encoding, done));
    const writev = socket._writev?.bind(socket);
    if (writev === undefined) return;
    socket._writev = (chunks, done) => atEndOfTurn(() => writev(chunks, done));
  });
  // A connection counts as idle once its answer is complete, and is then closed with what it has not written.
  const closeIdle = server.closeIdleConnections.bind(server);
  server.closeIdleConnections = () => {
    run();
    closeIdle();
  };
}

/** Runs `work` after all other input of this turn is handled, in the order of the calls. */
export function atEndOfTurn(work: () => void): void {
  if (waiting.push(work) === 1) setImmediate(run);
}

function run(): void {
  const now = waiting;
  waiting = [];
  for (const work of now) work();
}
