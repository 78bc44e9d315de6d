import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  /** names in lower case */
  headers: Record<string, string>;
  body: string;
}

/** A server that has not closed the connection by then has forgotten it. */
const MAX_MS = 30_000;

/**
 * Sends bytes over a connection of its own, and reads until the server closes that.
 *
 * @param pieces written one after the other, each when the one before is gone
 * @param cutOff whether the client then says that nothing more comes
 * @param sendsAll whether it reads nothing before all is sent, and gives up if that fails, as simple clients do
 * @param head whether the first request may be a HEAD, whose answer has no body
 * @throws Error if the server does not close the connection, or says something that is not HTTP
 */
export async function converse(
  port: number,
  pieces: readonly Buffer[],
  { cutOff = false, head = false, sendsAll = false } = {},
): Promise<RawAnswer[]> {
  const received = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    const forgotten = setTimeout(() => {
      socket.destroy();
      reject(new Error(`not closed after ${shown(Buffer.concat(chunks).toString('latin1'))}`));
    }, MAX_MS);
    socket.on('data', (chunk) => chunks.push(chunk));
    if (sendsAll) socket.pause();
    // A server that has said its last may reset what is still being sent.
    socket.on('error', (error) => (sendsAll ? reject(error) : undefined));
    socket.on('close', () => {
      clearTimeout(forgotten);
      resolve(Buffer.concat(chunks));
    });
    const write = ([piece, ...rest]: readonly Buffer[]) => {
      if (piece !== undefined) socket.write(piece, () => write(rest));
      else {
        socket.resume();
        if (cutOff) socket.end();
      }
    };
    write(pieces);
  });
  return answersIn(received.toString('latin1'), head);
}

/**
 * Sends bytes and waits until what the server says fits the pattern; it may go on with the connection.
 *
 * @returns all that it has said
 * @throws Error if it closes the connection before, or says nothing that fits
 */
export function hear(port: number, bytes: string, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    const forgotten = setTimeout(() => socket.destroy(), MAX_MS);
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      if (!pattern.test(said)) return;
      resolve(said);
      socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(forgotten);
      reject(new Error(`the server said ${shown(said)}`));
    });
  });
}

function answersIn(text: string, head: boolean): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
    if (end === -1 || Number.isNaN(status)) throw new Error(`not an answer: ${shown(rest)}`);
    const headers = Object.fromEntries(
      lines.map((it) => [it.slice(0, it.indexOf(':')).toLowerCase(), it.slice(it.indexOf(':') + 1).trim()]),
    );
    rest = rest.slice(end + 4);
    if (status === 100) continue;
    // A HEAD that could not be read as one is answered with a body.
    const isHead = head && answers.length === 0 && !rest.startsWith('{');
    const body = isHead ? { text: '', rest } : bodyIn(rest, status, headers);
    answers.push({ status, headers, body: body.text });
    rest = body.rest;
  }
  return answers;
}

function bodyIn(rest: string, status: number, headers: RawAnswer['headers']): { text: string; rest: string } {
  if (status === 204) return { text: '', rest };
  if (headers['transfer-encoding'] !== 'chunked') {
    // Without a length, as HTTP/1.0 has it, the body ends with the connection.
    const length = Number(headers['content-length'] ?? rest.length);
    if (!(length <= rest.length)) throw new Error(`a body of ${length} bytes is not there: ${shown(rest)}`);
    return { text: rest.slice(0, length), rest: rest.slice(length) };
  }
  let text = '';
  for (let from = 0; ; ) {
    const line = rest.indexOf('\r\n', from);
    const size = Number.parseInt(rest.slice(from, line), 16);
    if (line === -1 || !(line + 2 + size + 2 <= rest.length))
      throw new Error(`a chunk is not whole: ${shown(rest)}`);
    text += rest.slice(line + 2, line + 2 + size);
    from = line + 2 + size + 2;
    if (size === 0) return { text, rest: rest.slice(from) };
  }
}

function shown(text: string): string {
  return text.slice(0, 1_000);
}
