import { InvalidRequestError } from '../common/problems/invalid-request.error.js';

/** 400: `workspaceIds` names workspaces that do not exist. */
export class UnknownWorkspacesError extends InvalidRequestError {
  constructor(ids: readonly string[]) {
    const message = `workspaceIds names unknown workspaces: ${ids.join(', ')}`;
    super(message, [{ member: 'workspaceIds', message }]);
  }
}
