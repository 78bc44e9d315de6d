import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsString, IsUUID, Matches, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { PageQuery } from '../../common/pagination/page.query.js';
import { IdList, MaxRunning, Optional, RepositoryName, Search } from '../../common/validation/decorators.js';
import { DisplayName } from '../../common/validation/display-name.js';
import { Rule } from '../../common/validation/rule.js';
import { TRIGGER_WHO, type WorkspaceTriggers } from '../workspace.js';

/** A DNS label in lower case: letters, digits, and single hyphens between them. */
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const MAX_SLUG_LENGTH = 63;
const MAX_REPOSITORIES = 1_000;
const MAX_ASSIGNEES = 100;
/** A name of an account as people write it: with or without `@`. No forge has names with blanks, `@` or `/`. */
const ACCOUNT = /^@?[^\s@/]{1,255}$/;

const Slug = () =>
  applyDecorators(
    IsString(),
    MaxLength(MAX_SLUG_LENGTH),
    Matches(SLUG, {
      message: 'slug must be lower-case letters and digits, with single hyphens between them',
    }),
    About({ description: 'a unique short name', examples: ['acme'] }),
  );
const Repositories = () =>
  applyDecorators(
    ArrayMaxSize(MAX_REPOSITORIES),
    RepositoryName({ each: true }),
    About({ description: 'the repositories, as a whole set' }),
  );

/** {@link WorkspaceTriggers} in a request. null: the default; omitted: the default in a POST, unchanged in a PATCH. */
export type GivenTriggers = { [Member in keyof WorkspaceTriggers]?: WorkspaceTriggers[Member] | null };

const Triggers = () =>
  applyDecorators(
    Optional(),
    Rule({
      name: 'workspaceTriggers',
      schema: {
        type: 'object',
        properties: {
          who: {
            type: ['string', 'null'],
            enum: [...TRIGGER_WHO, null],
            default: 'auto',
            description:
              '`collaborators`: authors whom the forge calls OWNER, MEMBER or COLLABORATOR; `auto`, or null: the same if the forge reports it',
          },
          assignees: {
            type: ['array', 'null'],
            items: { type: 'string', pattern: ACCOUNT.source },
            minItems: 1,
            maxItems: MAX_ASSIGNEES,
            description: 'accounts whose assignment starts a job, with or without a leading `@`; null: any',
            examples: [['mosaic']],
          },
          onOpen: {
            type: ['boolean', 'null'],
            default: false,
            description: 'whether a mention in the text of a new issue starts a job; null: false',
          },
        },
        additionalProperties: false,
      },
      holds: areTriggers,
      says: `must be an object of who (${TRIGGER_WHO.join(', ')}), assignees (1 to ${MAX_ASSIGNEES} names of accounts) and onOpen (true or false), each of which may be null or left out`,
    }),
    About({ description: 'what starts jobs' }),
  );

function areTriggers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const given: Record<string, unknown> = { ...value };
  return Object.entries(given).every(([member, it]) => {
    if (it === null) return ['who', 'assignees', 'onOpen'].includes(member);
    switch (member) {
      case 'who':
        return TRIGGER_WHO.some((known) => known === it);
      case 'assignees':
        return Array.isArray(it) && it.length >= 1 && it.length <= MAX_ASSIGNEES && it.every(isAccount);
      case 'onOpen':
        return typeof it === 'boolean';
      default:
        return false;
    }
  });
}

function isAccount(value: unknown): boolean {
  return typeof value === 'string' && ACCOUNT.test(value);
}

/** Body of `POST /admin/workspaces`. */
export class CreateWorkspaceRequest {
  @Optional()
  @IsUUID('loose')
  @About({
    description: "the platform's own id of the tenant; default: a new one",
  })
  id?: string;

  @Slug()
  slug!: string;

  @DisplayName()
  @About({ description: 'a name' })
  name!: string;

  @Optional()
  @Repositories()
  repositories?: string[];

  @Triggers()
  triggers?: GivenTriggers;

  @MaxRunning()
  maxRunning?: number | null;
}

/** Body of `PATCH /admin/workspaces/:id`. `repositories` replaces the whole set; of `triggers` the given members change. */
export class UpdateWorkspaceRequest {
  @Optional()
  @Slug()
  slug?: string;

  @Optional()
  @DisplayName()
  @About({ description: 'a name' })
  name?: string;

  @Optional()
  @Repositories()
  repositories?: string[];

  @Triggers()
  triggers?: GivenTriggers;

  @MaxRunning()
  maxRunning?: number | null;
}

/** Query of `GET /workspaces`. */
export class VisibleWorkspacesQuery extends PageQuery {
  @Optional()
  @IdList()
  @About({ description: 'only workspaces with these ids' })
  ids?: string[];

  @Search('slug or name')
  search?: string;
}

/** Query of `GET /admin/workspaces`. */
export class WorkspacesQuery extends PageQuery {
  @Optional()
  @Slug()
  @About({ description: 'only the workspace with this slug' })
  slug?: string;

  @Search('slug or name')
  search?: string;
}
