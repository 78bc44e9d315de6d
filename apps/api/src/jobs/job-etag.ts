import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Job } from './job.js';

/**
 * Adds an `ETag` to every response that is a job: the job's rev as a strong tag. This is a Fastify hook. A Nest
 * interceptor would wrap each job request in observables and async resources.
 */
@Injectable()
export class JobEtag implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('preSerialization', (_request, reply, answer, done) => {
      if (isJob(answer)) reply.header('ETag', etagOf(answer));
      done(null, answer);
    });
  }
}

export function etagOf({ rev }: Pick<Job, 'rev'>): string {
  return `"${rev}"`;
}

/** Only jobs have both members. */
function isJob(answer: unknown): answer is Pick<Job, 'rev' | 'maxAttempts'> {
  return typeof answer === 'object' && answer !== null && 'rev' in answer && 'maxAttempts' in answer;
}
