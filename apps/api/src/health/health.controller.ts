import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { SEALING_STATES, SealingService, type SealingState } from '../audit-log/sealing/sealing.service.js';
import { Public } from '../common/access/access.js';
import { Describe, json } from '../common/openapi/describe.js';
import { object, oneOf, record } from '../common/openapi/schema.js';
import { DATABASE_STATES, DatabaseProbe, type DatabaseState } from '../database/database-probe.js';

interface Health {
  status: 'ok' | 'degraded' | 'unavailable';
  checks: Record<string, DatabaseState | SealingState>;
}

const HEALTH = object<Health>('Health', {
  status: oneOf(['ok', 'degraded', 'unavailable']),
  checks: record(oneOf([...new Set([...DATABASE_STATES, ...SEALING_STATES])]), {
    examples: [{ database: 'ok', sealing: 'ok' }],
  }),
});

@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly database: DatabaseProbe,
    private readonly sealing: SealingService,
  ) {}

  @Get('live')
  @Describe({ summary: 'Whether the process runs', answers: { 200: json(HEALTH) } })
  live(): Health {
    return { status: 'ok', checks: {} };
  }

  @Get('ready')
  @Describe({ summary: 'Whether requests can be served', answers: { 200: json(HEALTH), 503: json(HEALTH) } })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    const database = await this.database.current();
    if (database !== 'ok') reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    const sealing = this.sealing.state;
    // Requests are served all the same: what is not sealed now is sealed later.
    const status = database === 'ok' && sealing !== 'ok' ? 'degraded' : database;
    return { status, checks: { database, sealing } };
  }
}
