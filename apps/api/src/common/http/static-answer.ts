import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** An answer that is the same for everybody: kept once, however many requests are being answered with it. */
export class StaticAnswer {
  readonly #content: Buffer;
  readonly #headers: Readonly<Record<string, string>>;
  /** strong: the same tag stands for the same bytes (RFC 9110, section 8.8.3) */
  readonly #etag: string;

  constructor(content: Buffer | string, headers: Readonly<Record<string, string>>) {
    this.#content = Buffer.from(content);
    this.#etag = `"${createHash('sha256').update(this.#content).digest('base64url')}"`;
    this.#headers = { ...headers, etag: this.#etag };
  }

  /** Answers 304 to a client that has it already. */
  send(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers(this.#headers);
    if (this.#isKnownTo(request.headers['if-none-match']))
      reply.removeHeader('content-type').status(304).send();
    else reply.send(this.#content);
  }

  #isKnownTo(tags = ''): boolean {
    return tags.split(',').some((it) => it.trim() === '*' || it.trim().replace(/^W\//, '') === this.#etag);
  }
}

/** Makes each answer once, when it is first asked for. */
export class StaticAnswers<Name extends string> {
  readonly #made = new Map<Name, Promise<StaticAnswer>>();

  constructor(private readonly make: (name: Name) => StaticAnswer | Promise<StaticAnswer>) {}

  async send(name: Name, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    (await this.#of(name)).send(request, reply);
  }

  #of(name: Name): Promise<StaticAnswer> {
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const made = Promise.resolve(this.make(name));
    this.#made.set(name, made);
    // A file that could not be read may be there the next time.
    made.catch(() => this.#made.delete(name));
    return made;
  }
}
