import {
  array,
  boolean,
  dateTime,
  integer,
  nullable,
  object,
  oneOf,
  string,
  uuid,
} from '../common/json-schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import { type RepositoryId, TRIGGER_WHO, type Workspace, type WorkspaceTriggers } from './workspace.js';

export const WORKSPACE = object<Workspace>('Workspace', {
  id: uuid(),
  slug: string({ examples: ['acme'] }),
  name: string({ examples: ['Acme'] }),
  repositories: array(string({ examples: ['acme/shop'] }), {
    description: '`owner/repo` in lower case, in alphabetical order',
  }),
  repositoryIds: array(
    object<RepositoryId>('RepositoryId', {
      repository: string({ examples: ['acme/shop'] }),
      forge: string({ description: 'the host of the forge', examples: ['github.com'] }),
      id: integer({ minimum: 1, examples: [186_853_002] }),
    }),
    {
      description:
        'of the repositories whose number a delivery has shown; from then on the number decides, not the name',
    },
  ),
  triggers: object<WorkspaceTriggers>('WorkspaceTriggers', {
    who: oneOf(TRIGGER_WHO),
    assignees: nullable(array(string({ examples: ['mosaic'] }), { description: 'null: any account' })),
    onOpen: boolean({ examples: [false] }),
  }),
  createdAt: dateTime(),
  updatedAt: dateTime({ description: 'of slug, name and triggers' }),
});

export const WORKSPACES = pageOf('WorkspacePage', WORKSPACE);
