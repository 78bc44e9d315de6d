import type { Server } from 'node:http';
import type { Socket } from 'node:net';

let waiting: (() => void)[] = [];

/**
 * Hands everything that is written to the server's connections in one turn of the event loop to the kernel at the end
 * of that turn. If a connection is closed before, what waits is written first.
 *
 * A client that has nothing to do sleeps, and the system call that wakes it takes longer than the rest of the write. If
 * the answers of a turn are written one right after the other, the first one wakes the client, and it is awake for the
 * others. Node lets a stream decide in `_write`, `_writev` and `_destroy` how it is written and closed.
 */
export function joinWrites(server: Server): void {
  server.on('connection', (socket: Socket) => {
    // A stream writes again only when the write before is done, so there is never more than one.
    let held: (() => void) | undefined;
    const writeHeld = () => {
      const write = held;
      held = undefined;
      write?.();
    };
    const hold = (write: () => void) => {
      held = write;
      atEndOfTurn(writeHeld);
    };

    const write = socket._write.bind(socket);
    socket._write = (chunk, encoding, done) => hold(() => write(chunk, encoding, done));
    const writev = socket._writev?.bind(socket);
    if (writev !== undefined) socket._writev = (chunks, done) => hold(() => writev(chunks, done));
    const destroy = socket._destroy.bind(socket);
    socket._destroy = (error, done) => {
      writeHeld();
      destroy(error, done);
    };
  });
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
