import { IsIn, IsUUID, Matches } from 'class-validator';
import { About } from '../../../common/openapi/describe.js';
import { PageQuery } from '../../../common/pagination/page.query.js';
import {
  DateTime,
  FutureDateTime,
  IntegerInRange,
  Kid,
  Optional,
} from '../../../common/validation/decorators.js';
import { DisplayName } from '../../../common/validation/display-name.js';
import { CREDENTIAL_STATES, type CredentialState } from '../../coordinator-key.js';

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

/** Body of `POST /coordinator/keys/rotate`; optional. */
export class RotateOwnKeyRequest {
  @Optional()
  @IntegerInRange(0, MAX_OVERLAP_SECONDS)
  @About({ default: 86_400, description: 'how long the old key is still accepted' })
  overlapSeconds?: number;
}

/** Body of `POST /admin/coordinators/:id/keys/:keyId/rotate`; optional. */
export class RotateKeyRequest extends RotateOwnKeyRequest {
  @Optional()
  @FutureDateTime()
  @About({ description: "when the new key expires; default: after the same lifetime as the old key's" })
  expiresAt?: Date;
}

/** Query of `DELETE /admin/coordinators/:id/keys/:keyId`. */
export class RevokeKeyQuery {
  @Optional()
  @IsIn(['true', 'false'])
  @About({ description: 'whether to revoke its predecessors and all their successors too', default: 'false' })
  chain?: 'true' | 'false';
}

/** Query of `GET /admin/keys`. */
export class KeysQuery extends PageQuery {
  @Optional()
  @Kid()
  @About({ description: 'only the key with this public part' })
  kid?: string;

  @Optional()
  @Matches(/^[0-9A-Za-z]{6,16}$/, { message: '$property must be 6 to 16 letters and digits' })
  @About({ description: 'only keys whose kid begins with this text', examples: ['0A1b2C'] })
  kidPrefix?: string;

  @Optional()
  @IsUUID('loose')
  @About({ description: 'only keys of this coordinator' })
  coordinatorId?: string;

  @Optional()
  @IsIn(['true'])
  @About({ description: '`true`: only keys that were never used' })
  unused?: 'true';

  @Optional()
  @IsIn(CREDENTIAL_STATES)
  @About({ description: 'only keys in this state' })
  state?: CredentialState;

  @Optional()
  @DateTime()
  @About({ description: 'only keys that expire, or expired, before this time' })
  expiringBefore?: Date;

  @Optional()
  @DateTime()
  @About({ description: 'only keys that were issued before this time and not used at or after it' })
  unusedSince?: Date;
}
