import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsUUID } from 'class-validator';

const MAX_WORKSPACE_IDS = 1_000;

/** An array of workspace ids. The database checks whether these workspaces exist. */
export function WorkspaceIds() {
  return applyDecorators(IsArray(), ArrayMaxSize(MAX_WORKSPACE_IDS), IsUUID('loose', { each: true }));
}
