import { About } from '../../../common/openapi/describe.js';
import { FutureDateTime, IntegerInRange, Optional } from '../../../common/validation/decorators.js';
import { DisplayName } from '../../../common/validation/display-name.js';

const MAX_OVERLAP_SECONDS = 604_800;

/** Body of `POST /admin/coordinators/:id/keys`; optional. */
export class IssueKeyRequest {
  @Optional()
  @DisplayName()
  name?: string;

  @Optional()
  @FutureDateTime()
  expiresAt?: Date;
}

/** Body of `POST /admin/coordinators/:id/keys/:keyId/rotate`; optional. */
export class RotateKeyRequest {
  @Optional()
  @IntegerInRange(0, MAX_OVERLAP_SECONDS)
  @About({ default: 86_400, description: 'how long the old key lives on' })
  overlapSeconds?: number;

  @Optional()
  @FutureDateTime()
  @About({ description: "of the successor; left out: as long a life as the old key's, from now on" })
  expiresAt?: Date;
}
