import { Body, Controller, Delete, Get, Header, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import type { Page } from '../common/pagination/page.js';
import { PageQuery } from '../common/pagination/page.query.js';
import { NoBody } from '../common/validation/no-body.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { CreateOperatorRequest, UpdateOperatorRequest } from './dto/operator.requests.js';
import type { Operator } from './operator.js';
import { OperatorAccess } from './operator-access.decorator.js';
import { type IssuedOperator, OperatorsService } from './operators.service.js';

@ApiTags('admin')
@Controller('admin/operators')
@OperatorAccess('system:admin')
export class OperatorsController {
  constructor(private readonly operators: OperatorsService) {}

  @Post()
  @Header('Cache-Control', 'no-store')
  create(@CurrentCaller() caller: Caller, @Body() body: CreateOperatorRequest): Promise<IssuedOperator> {
    return this.operators.create(caller, body);
  }

  @Get()
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<Operator>> {
    return this.operators.list(caller, query);
  }

  @Patch(':id')
  change(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: UpdateOperatorRequest,
  ): Promise<Operator> {
    return this.operators.change(caller, id, body);
  }

  @Delete(':id')
  @HttpCode(204)
  delete(@CurrentCaller() caller: Caller, @UuidParam('id') id: string): Promise<void> {
    return this.operators.delete(caller, id);
  }

  @Post(':id/rotate')
  @Header('Cache-Control', 'no-store')
  rotate(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @NoBody() _: unknown,
  ): Promise<IssuedOperator> {
    return this.operators.rotate(caller, id);
  }
}
