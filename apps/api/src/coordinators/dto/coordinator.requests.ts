import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsUUID } from 'class-validator';
import {
  CidrNetworks,
  FutureDateTime,
  IntegerInRange,
  Optional,
} from '../../common/validation/decorators.js';
import { DisplayName } from '../../common/validation/display-name.js';
import { COORDINATOR_PERMISSIONS, type CoordinatorPermission } from '../coordinator.js';

const MOST_WORKSPACES = 1_000;
const MOST_NETWORKS = 100;
const HIGHEST_RATE_LIMIT = 10_000_000;

/** Body of `POST /admin/coordinators`. */
export class RegisterCoordinatorRequest {
  @DisplayName()
  name!: string;

  @IsArray()
  @ArrayMaxSize(MOST_WORKSPACES)
  @IsUUID('loose', { each: true })
  @ApiProperty({ type: [String] })
  workspaceIds!: string[];

  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(COORDINATOR_PERMISSIONS.length)
  @IsIn(COORDINATOR_PERMISSIONS, { each: true })
  @ApiProperty({ enum: COORDINATOR_PERMISSIONS, isArray: true, description: 'left out: all three' })
  permissions?: CoordinatorPermission[];

  @Optional()
  @IntegerInRange(1, HIGHEST_RATE_LIMIT)
  rateLimitPerMinute?: number;

  @Optional()
  @IsArray()
  @ArrayMaxSize(MOST_NETWORKS)
  @CidrNetworks()
  allowedNetworks?: string[];

  @Optional()
  @FutureDateTime()
  keyExpiresAt?: Date;
}

/** Body of `PATCH /admin/coordinators/:id`; sets are replaced whole. */
export class UpdateCoordinatorRequest {
  @Optional()
  @DisplayName()
  name?: string;

  @Optional()
  @IsIn(['ACTIVE', 'SUSPENDED'])
  @ApiProperty({ enum: ['ACTIVE', 'SUSPENDED'] })
  status?: 'ACTIVE' | 'SUSPENDED';

  @Optional()
  @IsArray()
  @ArrayMaxSize(MOST_WORKSPACES)
  @IsUUID('loose', { each: true })
  @ApiProperty({ type: [String] })
  workspaceIds?: string[];

  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(COORDINATOR_PERMISSIONS.length)
  @IsIn(COORDINATOR_PERMISSIONS, { each: true })
  @ApiProperty({ enum: COORDINATOR_PERMISSIONS, isArray: true })
  permissions?: CoordinatorPermission[];

  @Optional()
  @IntegerInRange(1, HIGHEST_RATE_LIMIT)
  rateLimitPerMinute?: number;

  @Optional()
  @IsArray()
  @ArrayMaxSize(MOST_NETWORKS)
  @CidrNetworks()
  allowedNetworks?: string[];
}
