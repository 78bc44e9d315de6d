import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { Optional, RepositoryName } from '../../common/validation/decorators.js';
import { DisplayName } from '../../common/validation/display-name.js';

/** A DNS label in lower case: letters, digits, and single hyphens between them. */
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const LONGEST_SLUG = 63;
const MOST_REPOSITORIES = 1_000;

const Slug = () =>
  applyDecorators(
    IsString(),
    MaxLength(LONGEST_SLUG),
    Matches(SLUG, {
      message: 'slug must be lower-case letters and digits, with single hyphens between them',
    }),
    About({ examples: ['acme'] }),
  );
const Repositories = () => applyDecorators(ArrayMaxSize(MOST_REPOSITORIES), RepositoryName({ each: true }));

/** Body of `POST /admin/workspaces`. */
export class CreateWorkspaceRequest {
  @Optional()
  @IsUUID('loose')
  @About({
    description: "the platform's own id of the tenant; made up if there is none",
  })
  id?: string;

  @Slug()
  slug!: string;

  @DisplayName()
  name!: string;

  @Optional()
  @Repositories()
  repositories?: string[];
}

/** Body of `PATCH /admin/workspaces/:id`; `repositories` is the whole set. */
export class UpdateWorkspaceRequest {
  @Optional()
  @Slug()
  slug?: string;

  @Optional()
  @DisplayName()
  name?: string;

  @Optional()
  @Repositories()
  repositories?: string[];
}
