import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { CoordinatorAccess } from '../coordinators/coordinator-access.decorator.js';
import { type CoordinatorHealth, CoordinatorHealthService } from './coordinator-health.service.js';

@ApiTags('coordinator')
@Controller('coordinator/health')
export class CoordinatorHealthController {
  constructor(private readonly health: CoordinatorHealthService) {}

  @Get()
  @CoordinatorAccess()
  read(@CurrentCaller() caller: Caller): Promise<CoordinatorHealth> {
    return this.health.of(caller);
  }
}
