import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Job } from './job.js';

/**
 * Gives every answer that is a job its `ETag`: the job's rev as a strong tag. A hook of Fastify and not an interceptor of Nest, which would
 * wrap each request of a job in observables and async resources.
 */
@Injectable()
export class JobEtag implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('preSerialization', (_request, reply, answer, done) => {
      if (isJob(answer)) reply.header('ETag', `"${answer.rev}"`);
      done(null, answer);
    });
  }
}

/** Nothing else that is answered has both. */
function isJob(answer: unknown): answer is Pick<Job, 'rev' | 'maxAttempts'> {
  return typeof answer === 'object' && answer !== null && 'rev' in answer && 'maxAttempts' in answer;
}
