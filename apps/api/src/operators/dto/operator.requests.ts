import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import { Optional } from '../../common/validation/decorators.js';
import { DisplayName } from '../../common/validation/display-name.js';
import { WorkspaceIds } from '../../common/validation/workspace-ids.js';
import type { OperatorRole } from '../operator.js';

const ROLES: OperatorRole[] = ['ADMIN', 'OPERATOR'];

const Role = () => applyDecorators(IsIn(ROLES), ApiProperty({ enum: ROLES }));
const Limits = () =>
  applyDecorators(
    Optional(),
    ValidateIf((_, value) => value !== null),
    WorkspaceIds(),
    ApiProperty({
      nullable: true,
      description: 'the only workspaces that an OPERATOR sees; null: all of them, as every ADMIN does',
    }),
  );

/** Body of `POST /admin/operators`. */
export class CreateOperatorRequest {
  @DisplayName()
  name!: string;

  @Role()
  role!: OperatorRole;

  @Limits()
  workspaceIds?: string[] | null;
}

/** Body of `PATCH /admin/operators/:id`. Whoever becomes ADMIN loses the limit to workspaces. */
export class UpdateOperatorRequest {
  @Optional()
  @DisplayName()
  name?: string;

  @Optional()
  @Role()
  role?: OperatorRole;

  @Limits()
  workspaceIds?: string[] | null;
}
