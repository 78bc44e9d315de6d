import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';

/** Query of `GET /find`. */
export class FindQuery {
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @About({
    description:
      'an id, a kid or its beginning, an issue (`owner/repo#42`, or its URL), a repository, an `X-Request-Id`, or how a name begins; never a whole key',
    examples: ['acme/shop#42'],
  })
  q!: string;
}
