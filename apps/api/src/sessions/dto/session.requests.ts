import { IsString, IsUUID, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { PageQuery } from '../../common/pagination/page.query.js';
import { Optional } from '../../common/validation/decorators.js';

/** Body of `POST /session`. */
export class SignInRequest {
  @IsString()
  @MaxLength(512)
  @About({ description: "the operator's whole access key", examples: ['cro_0A1b2C3d4E5f6G7h_…'] })
  accessKey!: string;
}

/** Body of `POST /session/oidc/callback`. */
export class OidcCallbackRequest {
  @IsString()
  @MaxLength(4096)
  @About({
    description: 'the query with which the provider has called the page',
    examples: ['code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj'],
  })
  query!: string;
}

/** Query of `GET /sessions`. */
export class SessionsQuery extends PageQuery {
  @Optional()
  @IsUUID('loose')
  @About({ description: 'only sessions of this operator' })
  operatorId?: string;
}
