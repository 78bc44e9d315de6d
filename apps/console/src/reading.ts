import { recordsQuery } from './audit-log/reading';
import { coordinatorsQuery } from './coordinators/reading';
import type { OperatorPermission } from './generated/schema';
import { jobCountQuery, jobQuery, jobsQuery, timelineQuery } from './jobs/reading';
import { keysQuery } from './keys/reading';
import { FIRST_COORDINATOR_QUERY, JOB_COUNT_QUERY, OVERVIEW_QUERY } from './overview/reading';
import { queries } from './queries';
import { SESSION_QUERY } from './session/session';
import { type Named, readNames } from './shared/names';
import { WORKSPACE_OPTIONS_QUERY } from './shared/options';
import { SEAL_QUERY } from './shared/seal';

interface Entering<Search, Params> {
  search: Search;
  params: Params;
  cause: string;
  preload: boolean;
}

type Can = (permission: OperatorPermission) => boolean;

let entered: Promise<unknown> = Promise.resolve();

/**
 * Begins to read what a page shows while its code still loads. The page does not wait for it: it says itself what is missing and
 * what failed. A link that only may be followed reads nothing, because the log records some reads.
 */
function reads<Search, Params>(
  read: (address: { search: Search; params: Params }, can: Can) => Promise<unknown>[],
) {
  return ({ search, params, cause, preload }: Entering<Search, Params>): void => {
    if (preload || cause !== 'enter') return;
    entered = withSession((can) => [
      ...read({ search, params }, can),
      ...(can('audit:read') ? [queries.prefetchQuery(SEAL_QUERY)] : []),
    ]);
  };
}

/** Without a session nothing is read: the refusals would stand in the log. */
async function withSession(read: (can: Can) => Promise<unknown>[]): Promise<void> {
  const session = await queries.fetchQuery(SESSION_QUERY).catch(() => undefined);
  if (session !== undefined) await Promise.all(read((it) => session.permissions.includes(it)));
}

/** The first rows. The names that they show follow, and fill their cells. */
async function rows(list: Promise<{ pages: { items: Named[] }[] }>): Promise<void> {
  const { pages } = await list.catch(() => ({ pages: [] }));
  void readNames(pages.flatMap(({ items }) => items));
}

/** @returns when what the opened page shows has been read, or could not be read */
export function firstRead(): Promise<unknown> {
  return entered;
}

export const readOverview = reads((_, can) => [
  queries.prefetchQuery(OVERVIEW_QUERY),
  ...(can('operator-jobs:read') ? [queries.prefetchQuery(JOB_COUNT_QUERY)] : []),
  ...(can('system:admin') ? [queries.prefetchQuery(FIRST_COORDINATOR_QUERY)] : []),
]);

export const readJobs = reads(({ search }: { search: Parameters<typeof jobsQuery>[0] }) => [
  rows(queries.fetchInfiniteQuery(jobsQuery(search))),
  queries.prefetchQuery(jobCountQuery(search)),
  queries.prefetchQuery(WORKSPACE_OPTIONS_QUERY),
]);

export const readJob = reads(({ params }: { params: { id: string } }, can) => [
  queries.prefetchQuery(jobQuery(params.id)),
  ...(can('audit:read') ? [queries.prefetchInfiniteQuery(timelineQuery(params.id))] : []),
]);

export const readLog = reads(({ search }: { search: Parameters<typeof recordsQuery>[0] }) => [
  rows(queries.fetchInfiniteQuery(recordsQuery(search))),
  queries.prefetchQuery(WORKSPACE_OPTIONS_QUERY),
]);

export const readCoordinators = reads(
  ({ search }: { search: Parameters<typeof coordinatorsQuery>[0] }, can) =>
    can('system:admin') ? [rows(queries.fetchInfiniteQuery(coordinatorsQuery(search)))] : [],
);

export const readKeys = reads(({ search }: { search: Parameters<typeof keysQuery>[0] }, can) =>
  can('system:admin') ? [queries.prefetchInfiniteQuery(keysQuery(search))] : [],
);
