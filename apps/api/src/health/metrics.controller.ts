import { Controller, Get, Header } from '@nestjs/common';
import { Registry } from 'prom-client';
import { string } from '../common/json-schema.js';
import { Describe, written } from '../common/openapi/describe.js';
import { MonitoringAccess } from './monitoring.guard.js';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: Registry) {}

  @Get()
  @MonitoringAccess()
  @Describe({
    summary: 'Metrics in the text format of Prometheus',
    answers: { 200: written('Metrics', { 'text/plain': string() }) },
  })
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
