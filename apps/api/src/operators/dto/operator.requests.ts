import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsUUID, ValidateIf } from 'class-validator';
import { Optional } from '../../common/validation/decorators.js';
import { DisplayName } from '../../common/validation/display-name.js';
import type { OperatorRole } from '../operator.js';

const ROLES: OperatorRole[] = ['ADMIN', 'OPERATOR'];
const MOST_WORKSPACES = 1_000;

/** Body of `POST /admin/operators`. */
export class CreateOperatorRequest {
  @DisplayName()
  name!: string;

  @IsIn(ROLES)
  @ApiProperty({ enum: ROLES })
  role!: OperatorRole;

  @Optional()
  @ValidateIf((_, value) => value !== null)
  @IsArray()
  @ArrayMaxSize(MOST_WORKSPACES)
  @IsUUID('loose', { each: true })
  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'limits an OPERATOR to these workspaces; null or left out: all of them',
  })
  workspaceIds?: string[] | null;
}

/** Body of `PATCH /admin/operators/:id`. Whoever becomes ADMIN loses the limit to workspaces. */
export class UpdateOperatorRequest {
  @Optional()
  @DisplayName()
  name?: string;

  @Optional()
  @IsIn(ROLES)
  @ApiProperty({ enum: ROLES })
  role?: OperatorRole;

  @Optional()
  @ValidateIf((_, value) => value !== null)
  @IsArray()
  @ArrayMaxSize(MOST_WORKSPACES)
  @IsUUID('loose', { each: true })
  @ApiProperty({ type: [String], nullable: true, description: 'the whole set; null: all workspaces' })
  workspaceIds?: string[] | null;
}
