import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import {
  CidrNetworks,
  FutureDateTime,
  IntegerInRange,
  Optional,
} from '../../common/validation/decorators.js';
import { DisplayName } from '../../common/validation/display-name.js';
import { WorkspaceIds } from '../../common/validation/workspace-ids.js';
import {
  COORDINATOR_PERMISSIONS,
  type CoordinatorPermission,
  RUNS_ENDS,
  type RunsEnd,
} from '../coordinator.js';

const MAX_NETWORKS = 100;
const HIGHEST_RATE_LIMIT = 10_000_000;

const Permissions = () =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(COORDINATOR_PERMISSIONS.length),
    IsIn(COORDINATOR_PERMISSIONS, { each: true }),
  );
const RateLimit = () =>
  applyDecorators(
    IntegerInRange(1, HIGHEST_RATE_LIMIT),
    About({ description: 'requests within any minute', examples: [100] }),
  );
const Networks = () => applyDecorators(ArrayMaxSize(MAX_NETWORKS), CidrNetworks());

/** Body of `POST /admin/coordinators`. */
export class RegisterCoordinatorRequest {
  @DisplayName()
  name!: string;

  @WorkspaceIds()
  workspaceIds!: string[];

  @Optional()
  @Permissions()
  @About({ description: 'left out: all three' })
  permissions?: CoordinatorPermission[];

  @Optional()
  @RateLimit()
  rateLimitPerMinute?: number;

  @Optional()
  @Networks()
  allowedNetworks?: string[];

  @Optional()
  @FutureDateTime()
  keyExpiresAt?: Date;
}

/** Body of `PATCH /admin/coordinators/:id`; a set is replaced as a whole. */
export class UpdateCoordinatorRequest {
  @Optional()
  @DisplayName()
  name?: string;

  @Optional()
  @IsIn(['ACTIVE', 'SUSPENDED'])
  status?: 'ACTIVE' | 'SUSPENDED';

  @Optional()
  @IsIn(RUNS_ENDS)
  @About({
    description: 'what becomes of its RUNNING jobs; only with `status` SUSPENDED',
    default: 'leave',
    examples: ['requeue'],
  })
  runs?: RunsEnd;

  @Optional()
  @WorkspaceIds()
  workspaceIds?: string[];

  @Optional()
  @Permissions()
  permissions?: CoordinatorPermission[];

  @Optional()
  @RateLimit()
  rateLimitPerMinute?: number;

  @Optional()
  @Networks()
  allowedNetworks?: string[];
}

/** Query of `DELETE /admin/coordinators/:id`. */
export class DeleteCoordinatorQuery {
  @Optional()
  @IsIn(RUNS_ENDS)
  @About({ description: 'what becomes of its RUNNING jobs', default: 'requeue' })
  runs?: RunsEnd;
}
