import { Body, Controller, Delete, Get, Header, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import type { Page } from '../common/pagination/page.js';
import { PageQuery } from '../common/pagination/page.query.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import type { Coordinator } from './coordinator.js';
import type { IssuedKey } from './coordinator-key.js';
import { CoordinatorsService } from './coordinators.service.js';
import { RegisterCoordinatorRequest, UpdateCoordinatorRequest } from './dto/coordinator.requests.js';

@ApiTags('admin')
@Controller('admin/coordinators')
@OperatorAccess('system:admin')
export class CoordinatorsController {
  constructor(private readonly coordinators: CoordinatorsService) {}

  @Post()
  @Header('Cache-Control', 'no-store')
  register(
    @CurrentCaller() caller: Caller,
    @Body() body: RegisterCoordinatorRequest,
  ): Promise<{ coordinator: Coordinator } & IssuedKey> {
    return this.coordinators.register(caller, body);
  }

  @Get()
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<Coordinator>> {
    return this.coordinators.list(caller, query);
  }

  @Get(':id')
  find(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<Coordinator> {
    return this.coordinators.find(caller, id);
  }

  @Patch(':id')
  change(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: UpdateCoordinatorRequest,
  ): Promise<Coordinator> {
    return this.coordinators.change(caller, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<void> {
    return this.coordinators.delete(caller, id);
  }
}
