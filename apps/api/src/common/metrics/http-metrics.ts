import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Counter, Histogram, Registry } from 'prom-client';
import { RequestCounts } from './request-counts.js';

/**
 * Counts and times every answer by route pattern, and problems by code. All labels are ours; none comes from the
 * client.
 */
@Injectable()
export class HttpMetrics implements OnModuleInit {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;
  private readonly problems: Counter<'code'>;

  constructor(
    registry: Registry,
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly counts: RequestCounts,
  ) {
    this.durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its answer, without the time that the answer was held back',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    });
    this.problems = new Counter({
      name: 'http_problems_total',
      help: 'Answers that were a problem, by its code',
      labelNames: ['code'],
      registers: [registry],
    });
  }

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      const seconds = (reply.elapsedTime - (request.ctx.wait?.heldMs ?? 0)) / 1000;
      this.durations.observe({ method: request.method, route, status: reply.statusCode }, seconds);
      this.counts.count(reply.statusCode);
      if (request.ctx.problem !== undefined) this.problems.inc({ code: request.ctx.problem });
      done();
    });
  }
}
