import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

/** An answer that is the same for every caller. It is kept in memory once, for all requests. */
export class StaticAnswer {
  private readonly content: Buffer;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(content: Buffer | string, headers: Readonly<Record<string, string>>) {
    this.content = Buffer.from(content);
    // Strong: the same tag means the same bytes (RFC 9110, section 8.8.3).
    const etag = `"${createHash('sha256').update(this.content).digest('base64url')}"`;
    this.headers = { ...headers, etag };
  }

  send(reply: FastifyReply): void {
    reply.headers(this.headers).send(this.content);
  }
}

/** Creates each answer once, at its first use. */
export class StaticAnswers<Name extends string> {
  private readonly made = new Map<Name, Promise<StaticAnswer>>();

  constructor(private readonly make: (name: Name) => StaticAnswer | Promise<StaticAnswer>) {}

  async send(name: Name, reply: FastifyReply): Promise<void> {
    (await this.of(name)).send(reply);
  }

  private of(name: Name): Promise<StaticAnswer> {
    const known = this.made.get(name);
    if (known !== undefined) return known;
    const made = Promise.resolve(this.make(name));
    this.made.set(name, made);
    // Allow a retry: a file that could not be read now may exist later.
    made.catch(() => this.made.delete(name));
    return made;
  }
}
