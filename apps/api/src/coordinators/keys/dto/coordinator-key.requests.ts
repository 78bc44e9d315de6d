import { About } from '../../../common/openapi/describe.js';
import { FutureDateTime, IntegerInRange, Optional } from '../../../common/validation/decorators.js';
import { DisplayName } from '../../../common/validation/display-name.js';

const MAX_OVERLAP_SECONDS = 604_800;

/** Body of `POST /admin/coordinators/:id/keys`; optional. */
export class IssueKeyRequest {
  @Optional()
  @DisplayName()
  @About({ description: 'a name, to tell keys apart' })
  name?: string;

  @Optional()
  @FutureDateTime()
  @About({ description: 'when it expires; default: never' })
  expiresAt?: Date;
}

/** Body of `POST /admin/coordinators/:id/keys/:keyId/rotate`; optional. */
export class RotateKeyRequest {
  @Optional()
  @IntegerInRange(0, MAX_OVERLAP_SECONDS)
  @About({ default: 86_400, description: 'how long the old key is still accepted' })
  overlapSeconds?: number;

  @Optional()
  @FutureDateTime()
  @About({ description: "when the new key expires; default: after the same lifetime as the old key's" })
  expiresAt?: Date;
}
