import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { PageQuery } from '../../common/pagination/page.query.js';
import {
  CidrNetworks,
  FutureDateTime,
  IdList,
  IntegerInRange,
  MaxRunning,
  Optional,
  Search,
} from '../../common/validation/decorators.js';
import { DisplayName } from '../../common/validation/display-name.js';
import { WorkspaceIds } from '../../common/validation/workspace-ids.js';
import {
  COORDINATOR_PERMISSIONS,
  COORDINATOR_STATUSES,
  type CoordinatorPermission,
  type CoordinatorStatus,
  RUNS_ENDS,
  type RunsEnd,
} from '../coordinator.js';

const HIGHEST_RATE_LIMIT = 10_000_000;

const Permissions = () =>
  applyDecorators(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(COORDINATOR_PERMISSIONS.length),
    IsIn(COORDINATOR_PERMISSIONS, { each: true }),
    About({ description: 'the permissions, as a whole set' }),
  );
const RateLimit = () =>
  applyDecorators(
    IntegerInRange(1, HIGHEST_RATE_LIMIT),
    About({ description: 'requests allowed within any minute', examples: [100] }),
  );
const Networks = () =>
  applyDecorators(
    CidrNetworks(),
    About({ description: 'networks from which the keys are accepted; empty: any' }),
  );

/** Body of `POST /admin/coordinators`. */
export class RegisterCoordinatorRequest {
  @DisplayName()
  @About({ description: 'a unique name' })
  name!: string;

  @WorkspaceIds()
  @About({ description: 'the workspaces that it may use, as a whole set' })
  workspaceIds!: string[];

  @Optional()
  @Permissions()
  @About({ description: 'default: all but `keys:rotate`' })
  permissions?: CoordinatorPermission[];

  @Optional()
  @RateLimit()
  rateLimitPerMinute?: number;

  @MaxRunning()
  maxRunning?: number | null;

  @Optional()
  @Networks()
  allowedNetworks?: string[];

  @Optional()
  @FutureDateTime()
  @About({ description: 'when its first key expires; default: never' })
  keyExpiresAt?: Date;
}

/** Body of `PATCH /admin/coordinators/:id`; a set is replaced as a whole. */
export class UpdateCoordinatorRequest {
  @Optional()
  @DisplayName()
  @About({ description: 'a unique name' })
  name?: string;

  @Optional()
  @IsIn(COORDINATOR_STATUSES)
  @About({ description: 'SUSPENDED: refuse every request of the coordinator' })
  status?: CoordinatorStatus;

  @Optional()
  @IsIn(RUNS_ENDS)
  @About({
    description: 'what happens to its RUNNING jobs; only with `status` SUSPENDED',
    default: 'leave',
    examples: ['requeue'],
  })
  runs?: RunsEnd;

  @Optional()
  @WorkspaceIds()
  @About({ description: 'the workspaces that it may use, as a whole set' })
  workspaceIds?: string[];

  @Optional()
  @Permissions()
  permissions?: CoordinatorPermission[];

  @Optional()
  @RateLimit()
  rateLimitPerMinute?: number;

  @MaxRunning()
  maxRunning?: number | null;

  @Optional()
  @Networks()
  allowedNetworks?: string[];
}

/** Query of `GET /coordinators`. */
export class VisibleCoordinatorsQuery extends PageQuery {
  @Optional()
  @IdList()
  @About({ description: 'only coordinators with these ids' })
  ids?: string[];

  @Search('name')
  search?: string;
}

/** Query of `GET /admin/coordinators`. */
export class CoordinatorsQuery extends PageQuery {
  @Optional()
  @DisplayName()
  @About({ description: 'only the coordinator with this name' })
  name?: string;

  @Search('name')
  search?: string;

  @Optional()
  @IsIn(COORDINATOR_STATUSES)
  @About({ description: 'only coordinators with this status' })
  status?: CoordinatorStatus;
}

/** Query of `DELETE /admin/coordinators/:id`. */
export class DeleteCoordinatorQuery {
  @Optional()
  @IsIn(RUNS_ENDS)
  @About({ description: 'what happens to its RUNNING jobs', default: 'requeue' })
  runs?: RunsEnd;
}
