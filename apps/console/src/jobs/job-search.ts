import type { JobStatus } from '../generated/schema';
import { clock } from '../shared/clock';
import { spanOf } from '../shared/search';

/** The filters of the list of jobs, as its address has them. */
export const JOB_SEARCH = [
  'workspace',
  'status',
  'type',
  'repository',
  'issue',
  'coordinator',
  'lease',
  'since',
  'from',
  'to',
  'unchanged',
] as const;

export type JobSearch = Partial<Record<(typeof JOB_SEARCH)[number], string>>;

export const STATUSES: readonly JobStatus[] = ['PENDING', 'RUNNING', 'FAILED', 'COMPLETED', 'CANCELLED'];

export function statusesOf({ status }: JobSearch): JobStatus[] {
  const chosen = (status ?? '').split(',');
  return STATUSES.filter((it) => chosen.includes(it));
}

/** One filter drives the list, its counts and the bulk cancel. */
export function jobFilterOf(search: JobSearch) {
  const statuses = statusesOf(search);
  const { workspace, type, repository, issue, coordinator, lease } = search;
  return {
    ...(workspace !== undefined && { workspaceId: workspace }),
    ...(statuses.length > 0 && { status: statuses }),
    ...(type !== undefined && { type }),
    ...(repository !== undefined && { repository }),
    ...(issue !== undefined && { issueNumber: Number(issue) }),
    ...(coordinator !== undefined && { coordinatorId: coordinator }),
    ...(isLease(lease) && { lease }),
    ...timesOf(search),
  };
}

function isLease(text: string | undefined): text is 'none' | 'live' {
  return text === 'none' || text === 'live';
}

function timesOf({ since, from, to, unchanged }: JobSearch) {
  const span = spanOf(since);
  const idle = spanOf(unchanged);
  return {
    ...(span !== undefined && { createdAfter: minuteBefore(span) }),
    ...(from !== undefined && { createdAfter: new Date(from).toISOString() }),
    ...(to !== undefined && { createdBefore: new Date(to).toISOString() }),
    ...(idle !== undefined && { updatedBefore: minuteBefore(idle) }),
  };
}

/** On the minute: the same filter is then the same request, for as long as a reader looks at it. */
function minuteBefore(span: number): string {
  return new Date(Math.floor((clock.now() - span) / 60_000) * 60_000).toISOString();
}

export function isFiltered(search: JobSearch): boolean {
  return Object.values(search).some((value) => value !== undefined);
}
