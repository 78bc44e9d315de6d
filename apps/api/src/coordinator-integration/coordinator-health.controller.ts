import { Controller, Get, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { boolean, dateTime, integer, nullable, object, oneOf, string, uuid } from '../common/json-schema.js';
import { Describe, json } from '../common/openapi/describe.js';
import { CoordinatorAccess } from '../coordinators/authentication/coordinator-access.decorator.js';
import { DATABASE_STATES } from '../database/database-probe.js';
import { type CoordinatorHealth, CoordinatorHealthService } from './coordinator-health.service.js';

const COORDINATOR_HEALTH = object<CoordinatorHealth>(
  'CoordinatorHealth',
  {
    coordinator: object<CoordinatorHealth['coordinator']>(
      null,
      {
        id: uuid({ description: 'its id' }),
        name: string({ description: 'its name', examples: ['orchestrator'] }),
      },
      { description: 'the caller' },
    ),
    key: object<CoordinatorHealth['key']>(
      null,
      {
        id: uuid({ description: 'its id' }),
        name: nullable(string({ description: 'its name, if it was given one', examples: ['staging'] })),
        createdAt: dateTime({ description: 'when it was issued' }),
        expiresAt: nullable(
          dateTime({ description: 'when it expires, as in `Coordinator-Key-Expires`; null: never' }),
        ),
        rotated: boolean({ description: 'whether it has a live successor', examples: [false] }),
      },
      { description: 'the key in this request' },
    ),
    rateLimit: object<CoordinatorHealth['rateLimit']>(
      null,
      {
        limit: integer({ description: 'requests allowed within a minute', examples: [100] }),
        remaining: integer({ minimum: 0, description: 'requests left, after this one', examples: [99] }),
        resetSeconds: integer({
          minimum: 0,
          description: 'seconds until the whole limit is free again',
          examples: [60],
        }),
      },
      { description: 'the same values as in the rate-limit headers' },
    ),
    database: oneOf(DATABASE_STATES, { description: 'the state of the database at the last probe' }),
  },
  { description: 'The caller, its rate limit and the state of the database' },
);

@Controller('coordinator/health')
export class CoordinatorHealthController {
  constructor(private readonly health: CoordinatorHealthService) {}

  @Get()
  @CoordinatorAccess()
  @Describe({ summary: 'The caller and its rate limit', answers: { 200: json(COORDINATOR_HEALTH) } })
  read(
    @CurrentCaller() caller: Caller,
    @Req() { ctx: { rateLimit } }: FastifyRequest,
  ): CoordinatorHealth | Promise<CoordinatorHealth> {
    if (rateLimit === undefined) throw new Error('the rate limit guard has not counted the request');
    return this.health.of(caller, rateLimit);
  }
}
