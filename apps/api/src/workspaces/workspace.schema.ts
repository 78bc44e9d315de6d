import { array, dateTime, object, string, uuid } from '../common/openapi/schema.js';
import { pageOf } from '../common/pagination/page.schema.js';
import type { Workspace } from './workspace.js';

export const WORKSPACE = object<Workspace>('Workspace', {
  id: uuid(),
  slug: string({ examples: ['acme'] }),
  name: string({ examples: ['Acme'] }),
  repositories: array(string({ examples: ['acme/shop'] }), {
    description: '`owner/repo` in lower case, in alphabetical order',
  }),
  createdAt: dateTime(),
  updatedAt: dateTime({ description: 'of slug and name' }),
});

export const WORKSPACES = pageOf('WorkspacePage', WORKSPACE);
