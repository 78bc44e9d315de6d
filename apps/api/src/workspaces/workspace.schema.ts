import {
  array,
  boolean,
  dateTime,
  enumeration,
  integer,
  nullable,
  object,
  remarked,
  string,
  uuid,
} from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import {
  type RepositoryId,
  TRIGGER_WHO,
  type VisibleWorkspace,
  type Workspace,
  type WorkspaceTriggers,
} from './workspace.js';

const TRIGGER_WHO_ENUM = enumeration('TriggerWho', TRIGGER_WHO, {
  description:
    '`collaborators`: authors whom the forge calls OWNER, MEMBER or COLLABORATOR; `auto`: the same if the forge reports it; `anyone`: every account that is no bot',
});

export const WORKSPACE = object<Workspace>(
  'Workspace',
  {
    id: uuid({ description: 'the id of the workspace' }),
    slug: string({ description: 'its unique short name', examples: ['acme'] }),
    name: string({ description: 'its name', examples: ['Acme'] }),
    repositories: array(string({ examples: ['acme/shop'] }), {
      description: '`owner/repo` in lower case, in alphabetical order',
    }),
    repositoryIds: array(
      object<RepositoryId>(
        'RepositoryId',
        {
          repository: string({ description: '`owner/repo` in lower case', examples: ['acme/shop'] }),
          forge: string({ description: 'the host of the forge', examples: ['github.com'] }),
          id: integer({
            description: 'the number that the forge gives it',
            minimum: 1,
            examples: [186_853_002],
          }),
        },
        { description: 'A repository with its id at the forge' },
      ),
      {
        description:
          'the repositories whose id is known from a delivery; such a repository is found by its id, not by its name',
      },
    ),
    triggers: remarked(
      object<WorkspaceTriggers>(
        'WorkspaceTriggers',
        {
          who: remarked(TRIGGER_WHO_ENUM, { description: 'whose mentions start jobs' }),
          assignees: nullable(
            array(string({ examples: ['mosaic'] }), {
              description: 'accounts whose assignment starts a job; null: any account',
            }),
          ),
          onOpen: boolean({
            description: 'whether a mention in the text of a new issue starts a job',
            examples: [false],
          }),
        },
        { description: 'What starts jobs in a workspace' },
      ),
      { description: 'what starts jobs' },
    ),
    maxRunning: nullable(
      integer({
        description: 'how many of its jobs may be RUNNING at the same time; null: any number',
        minimum: 1,
        examples: [20],
      }),
    ),
    createdAt: dateTime({ description: 'when it was created' }),
    updatedAt: dateTime({ description: 'when slug, name, triggers or maxRunning changed last' }),
  },
  { description: 'A tenant' },
);

export const WORKSPACES = pageOf('WorkspacePage', WORKSPACE);

const { id, slug, name, maxRunning, createdAt } = WORKSPACE.members;

export const VISIBLE_WORKSPACES = pageOf(
  'VisibleWorkspacePage',
  object<VisibleWorkspace>(
    'VisibleWorkspace',
    {
      id,
      slug,
      name,
      maxRunning,
      running: integer({ description: 'its RUNNING jobs, counted up to 1,000', minimum: 0, examples: [12] }),
      pending: integer({ description: 'its PENDING jobs, counted up to 1,000', minimum: 0, examples: [30] }),
      createdAt,
    },
    { description: 'A workspace in the reach of an operator' },
  ),
);
