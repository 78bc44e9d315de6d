import { useSession } from '../session/session';
import { useWorkspaceNames } from '../shared/names';
import classes from './Shell.module.css';

/** An operator of some workspaces should know that there may be others. */
export function WorkspaceBar() {
  const { workspaceIds } = useSession().operator;
  const names = useWorkspaceNames(workspaceIds ?? []);
  if (workspaceIds === null) return null;
  const shown = workspaceIds.map((id) => names.get(id) ?? '…');
  return <div className={classes.bar}>You see {listOf(shown)} only.</div>;
}

function listOf(names: string[]): string {
  if (names.length === 0) return 'no workspace';
  if (names.length === 1) return `the workspace ${names[0]}`;
  return `the workspaces ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
