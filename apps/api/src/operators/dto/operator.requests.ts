import { applyDecorators } from '@nestjs/common';
import { IsIn, ValidateIf } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { PageQuery } from '../../common/pagination/page.query.js';
import { CidrNetworks, FutureDateTime, Optional, Search } from '../../common/validation/decorators.js';
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

const Networks = () =>
  applyDecorators(
    Optional(),
    CidrNetworks(),
    About({ description: 'networks from which the key is accepted, as a whole set; empty: any' }),
  );

/** Query of `GET /admin/operators`. */
export class OperatorsQuery extends PageQuery {
  @Optional()
  @DisplayName()
  @About({ description: 'only the operator with this name' })
  name?: string;

  @Search('name')
  search?: string;

  @Optional()
  @IsIn(OPERATOR_ROLES)
  @About({ description: 'only operators with this role' })
  role?: OperatorRole;
}

/** Body of `POST /admin/operators`. */
export class CreateOperatorRequest {
  @DisplayName()
  @About({ description: 'a unique name' })
  name!: string;

  @IsIn(OPERATOR_ROLES)
  @About({ description: 'what the operator may do' })
  role!: OperatorRole;

  @Limits('the workspaces of an OPERATOR or AUDITOR, required for these roles; null: all, as for every ADMIN')
  workspaceIds?: string[] | null;

  @Optional()
  @FutureDateTime()
  @About({ description: 'when the key expires; default: never' })
  keyExpiresAt?: Date;

  @Networks()
  allowedNetworks?: string[];
}

/** Body of `PATCH /admin/operators/:id`. An operator who becomes ADMIN loses the workspace scope. */
export class UpdateOperatorRequest {
  @Optional()
  @DisplayName()
  @About({ description: 'a unique name' })
  name?: string;

  @Optional()
  @IsIn(OPERATOR_ROLES)
  @About({ description: 'what the operator may do' })
  role?: OperatorRole;

  @Limits('the workspaces of an OPERATOR or AUDITOR; null: all. Required if an ADMIN becomes one of them')
  workspaceIds?: string[] | null;

  @Optional()
  @ValidateIf((_, value) => value !== null)
  @FutureDateTime()
  @About({ description: 'when the current key expires; null: never' })
  keyExpiresAt?: Date | null;

  @Networks()
  allowedNetworks?: string[];
}
