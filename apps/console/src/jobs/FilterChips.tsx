import { CoordinatorName, WorkspaceName } from '../shared/names';
import classes from './FilterChips.module.css';
import { STATUS_LOOKS } from './JobStatusBadge';
import { type JobSearch, statusesOf } from './job-search';

/** What the filter says, in words. */
export function FilterChips({ search }: { search: JobSearch }) {
  const { workspace, type, repository, issue, coordinator, lease, since, from, to, unchanged } = search;
  const statuses = statusesOf(search);
  return (
    <ul className={classes.chips} aria-label="Filter">
      {workspace !== undefined && (
        <li>
          workspace <WorkspaceName id={workspace} />
        </li>
      )}
      {statuses.length > 0 && <li>{statuses.map((it) => STATUS_LOOKS[it].name).join(' or ')}</li>}
      {type !== undefined && <li>type {type}</li>}
      {repository !== undefined && (
        <li>
          {repository}
          {issue !== undefined && `#${issue}`}
        </li>
      )}
      {coordinator !== undefined && (
        <li>
          coordinator <CoordinatorName id={coordinator} />
        </li>
      )}
      {lease !== undefined && <li>{lease === 'none' ? 'without a lease' : 'with a lease'}</li>}
      {since !== undefined && <li>created in the last {since}</li>}
      {from !== undefined && <li>created after {from}</li>}
      {to !== undefined && <li>created before {to}</li>}
      {unchanged !== undefined && <li>unchanged for {unchanged}</li>}
    </ul>
  );
}
