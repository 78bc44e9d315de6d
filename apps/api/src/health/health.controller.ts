import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { SEALING_STATES } from '../audit-log/sealing/sealing.service.js';
import { Public } from '../common/http/public.decorator.js';
import { object, oneOf, record } from '../common/json-schema.js';
import { Describe, json } from '../common/openapi/describe.js';
import { DATABASE_STATES } from '../database/database-probe.js';
import { HEALTH_STATUSES, type Health, HealthService } from './health.service.js';

const HEALTH = object<Health>(
  'Health',
  {
    status: oneOf(HEALTH_STATUSES, { description: '`degraded`: requests are served, with a restriction' }),
    checks: record(oneOf([...new Set([...DATABASE_STATES, ...SEALING_STATES])]), {
      description: 'the state of each part',
      examples: [{ database: 'ok', sealing: 'ok' }],
    }),
  },
  { description: 'Whether the server can serve requests' },
);

@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @Describe({ summary: 'Whether the process is running', answers: { 200: json(HEALTH) } })
  live(): Health {
    return this.health.live();
  }

  @Get('ready')
  @Describe({ summary: 'Whether requests can be served', answers: { 200: json(HEALTH), 503: json(HEALTH) } })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    const health = await this.health.ready();
    if (health.status === 'unavailable') reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return health;
  }
}
