import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsUUID } from 'class-validator';

const MOST = 1_000;

/** An array of workspace ids. The database checks whether these workspaces exist. */
export function WorkspaceIds() {
  return applyDecorators(IsArray(), ArrayMaxSize(MOST), IsUUID('loose', { each: true }));
}
