import { applyDecorators } from '@nestjs/common';
import { IsIn, ValidateIf } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { Optional } from '../../common/validation/decorators.js';
import { DisplayName } from '../../common/validation/display-name.js';
import { WorkspaceIds } from '../../common/validation/workspace-ids.js';
import { OPERATOR_ROLES, type OperatorRole } from '../operator.js';

const Limits = (description: string) =>
  applyDecorators(
    Optional(),
    ValidateIf((_, value) => value !== null),
    WorkspaceIds(),
    About({
      description,
    }),
  );

/** Body of `POST /admin/operators`. */
export class CreateOperatorRequest {
  @DisplayName()
  name!: string;

  @IsIn(OPERATOR_ROLES)
  role!: OperatorRole;

  @Limits(
    'the only workspaces that an OPERATOR sees, required for this role; null: all of them, as every ADMIN does',
  )
  workspaceIds?: string[] | null;
}

/** Body of `PATCH /admin/operators/:id`. An operator who becomes ADMIN loses the workspace scope. */
export class UpdateOperatorRequest {
  @Optional()
  @DisplayName()
  name?: string;

  @Optional()
  @IsIn(OPERATOR_ROLES)
  role?: OperatorRole;

  @Limits(
    'the only workspaces that an OPERATOR sees; null: all of them; left out when an ADMIN becomes OPERATOR: none',
  )
  workspaceIds?: string[] | null;
}
