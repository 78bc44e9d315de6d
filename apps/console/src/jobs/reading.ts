import { api, client } from '../api';
import { pagedOptions } from '../shared/use-list';
import { type JobSearch, jobFilterOf } from './job-search';

const PAGE_SIZE = 50;

export function jobsQuery(search: JobSearch) {
  return pagedOptions('/jobs', { ...jobFilterOf(search), limit: PAGE_SIZE }, (query, signal) =>
    client.GET('/jobs', { params: { query }, signal }),
  );
}

/** Counts of the same filter, without its status. */
export function jobCountQuery({ status: _, ...others }: JobSearch) {
  return api.queryOptions('get', '/jobs/count', { params: { query: jobFilterOf(others) } });
}

export function jobQuery(id: string) {
  return api.queryOptions('get', '/jobs/{id}', { params: { path: { id } } });
}

/** The records of one job. */
export function timelineQuery(id: string) {
  return pagedOptions('/audit-log', { resourceId: id, limit: 100 }, (query, signal) =>
    client.GET('/audit-log', { params: { query }, signal }),
  );
}
