import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsUUID } from 'class-validator';

const MOST = 1_000;

/** An array of the ids of workspaces. Whether there are such workspaces is for the database to say. */
export function WorkspaceIds() {
  return applyDecorators(IsArray(), ArrayMaxSize(MOST), IsUUID('loose', { each: true }));
}
