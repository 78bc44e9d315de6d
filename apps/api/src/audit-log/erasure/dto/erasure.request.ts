import { IsUUID } from 'class-validator';
import { About } from '../../../common/openapi/describe.js';

/** Body of `POST /audit-log/erasures`. */
export class ErasureRequest {
  @IsUUID('loose')
  @About({ description: 'the coordinator or operator whose source addresses and user agents are erased' })
  actorId!: string;
}
