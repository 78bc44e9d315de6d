import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { MonitoringAccess } from './monitoring.guard.js';

@ApiTags('health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: Registry) {}

  @Get()
  @MonitoringAccess()
  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  @ApiProduces(Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
