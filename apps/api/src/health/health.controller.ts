import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { SealingService, type SealingState } from '../audit-log/sealing/sealing.service.js';
import { Public } from '../common/access/access.js';
import { DatabaseProbe, type DatabaseState } from '../database/database-probe.js';

class HealthAnswer {
  @ApiProperty({ enum: ['ok', 'degraded', 'unavailable'] })
  status!: 'ok' | 'degraded' | 'unavailable';

  @ApiProperty({ example: { database: 'ok', sealing: 'ok' } })
  checks!: Record<string, DatabaseState | SealingState>;
}

@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly database: DatabaseProbe,
    private readonly sealing: SealingService,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ type: HealthAnswer })
  live(): HealthAnswer {
    return { status: 'ok', checks: {} };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether requests can be served' })
  @ApiOkResponse({ type: HealthAnswer })
  @ApiServiceUnavailableResponse({ type: HealthAnswer })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthAnswer> {
    const database = await this.database.current();
    if (database !== 'ok') reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    const sealing = this.sealing.state;
    // Requests are served all the same: what is not sealed now is sealed later.
    const status = database === 'ok' && sealing !== 'ok' ? 'degraded' : database;
    return { status, checks: { database, sealing } };
  }
}
