import { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { CoordinatorIdentities } from './coordinator-identities.js';

/**
 * Adds `Coordinator-Key-Expires` to every answer to a proven key that ends, refusals included (docs/adr/0058). This is
 * a Fastify hook, because answers to errors pass no Nest interceptor.
 */
@Injectable()
export class KeyExpiryHeader implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly identities: CoordinatorIdentities,
  ) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('onSend', ({ ctx }, reply, payload, done) => {
      const caller = ctx?.caller;
      if (caller?.kind !== 'coordinator' || caller.signed === true) {
        done(null, payload);
        return;
      }
      // A stream must not wait: the answer to a body that is too large already reads the rest of the body.
      const end =
        payload instanceof Readable
          ? this.identities.lastEndOf(caller.kid)
          : this.identities.endOf(caller.kid);
      if (end instanceof Promise) {
        void end.then((read) => {
          setEnd(reply, read);
          done(null, payload);
        });
        return;
      }
      setEnd(reply, end);
      done(null, payload);
    });
  }
}

function setEnd(reply: FastifyReply, end: string | null): void {
  if (end !== null) reply.header('Coordinator-Key-Expires', end);
}
