import { expect, it } from '@jest/globals';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Registry } from 'prom-client';
import { HttpMetrics } from '../metrics/http-metrics.js';
import { RequestCounts } from '../metrics/request-counts.js';
import { createFastifyAdapter } from './fastify.js';
import { Wait } from './wait.js';

const HELD_SECONDS = 1_000_000;

it('a Wait leaves the time that it held the answer back out of the duration of the request', async () => {
  const host = new HttpAdapterHost<FastifyAdapter>();
  host.httpAdapter = createFastifyAdapter({ trustProxy: false });
  const registry = new Registry();
  new HttpMetrics(registry, host, new RequestCounts()).onModuleInit();
  const fastify = host.httpAdapter.getInstance();
  fastify.get('/held', (_, reply) => {
    new Wait(1, reply).heldMs = 1_000 * HELD_SECONDS;
    return 'answer';
  });
  expect((await fastify.inject('/held')).statusCode).toBe(200);
  const sum = /^http_request_duration_seconds_sum\{.*route="\/held".*\} (.+)$/m.exec(
    await registry.metrics(),
  );
  expect(Number(sum?.[1])).toBeLessThan(1_000 - HELD_SECONDS);
});
