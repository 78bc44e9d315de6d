import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json } from '../common/openapi/describe.js';
import { integer, object, oneOf, string, uuid } from '../common/openapi/schema.js';
import { CoordinatorAccess } from '../coordinators/authentication/coordinator-access.decorator.js';
import { DATABASE_STATES } from '../database/database-probe.js';
import { type CoordinatorHealth, CoordinatorHealthService } from './coordinator-health.service.js';

const COORDINATOR_HEALTH = object<CoordinatorHealth>('CoordinatorHealth', {
  coordinator: object<CoordinatorHealth['coordinator']>(null, {
    id: uuid(),
    name: string({ examples: ['orchestrator'] }),
  }),
  keyId: uuid({ description: 'of the key that it called with' }),
  rateLimit: object<CoordinatorHealth['rateLimit']>(null, {
    limit: integer({ examples: [100] }),
    remaining: integer({ minimum: 0, description: 'this request counted', examples: [99] }),
    resetSeconds: integer({ minimum: 0, description: 'when the whole limit is free again', examples: [60] }),
  }),
  database: oneOf(DATABASE_STATES, { description: 'as last probed' }),
});

@Controller('coordinator/health')
export class CoordinatorHealthController {
  constructor(private readonly health: CoordinatorHealthService) {}

  @Get()
  @CoordinatorAccess()
  @Describe({ summary: 'Who the caller is, and how it stands', answers: { 200: json(COORDINATOR_HEALTH) } })
  read(
    @CurrentCaller() caller: Caller,
    @Req() { ctx: { rateLimit } }: FastifyRequest,
  ): Promise<CoordinatorHealth> {
    if (rateLimit === undefined) throw new Error('the rate limit guard has not counted the request');
    return this.health.of(caller, rateLimit);
  }
}
