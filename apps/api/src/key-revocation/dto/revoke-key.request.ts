import { IsString, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';

/** Body of `POST /keys/revoke`. */
export class RevokeKeyRequest {
  @IsString()
  @MaxLength(512)
  @About({ description: 'the whole key', examples: ['crk_0A1b2C3d4E5f6G7h_…'] })
  key!: string;
}
