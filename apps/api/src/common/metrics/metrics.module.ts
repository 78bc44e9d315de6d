import { Global, Module } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { HttpMetrics } from './http-metrics.js';
import { RequestCounts } from './request-counts.js';

/** Provides the one registry of metrics. A feature injects prom-client's `Registry` and adds its own metrics. */
@Global()
@Module({
  providers: [
    {
      provide: Registry,
      useFactory: () => {
        const registry = new Registry();
        collectDefaultMetrics({ register: registry });
        return registry;
      },
    },
    HttpMetrics,
    { provide: RequestCounts, useFactory: () => new RequestCounts() },
  ],
  exports: [Registry, RequestCounts],
})
export class MetricsModule {}
