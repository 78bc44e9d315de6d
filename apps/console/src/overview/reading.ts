import { api } from '../api';

export const OVERVIEW_QUERY = api.queryOptions('get', '/overview');

export const JOB_COUNT_QUERY = api.queryOptions('get', '/jobs/count', { params: { query: {} } });

/** Whether there is a coordinator at all. */
export const FIRST_COORDINATOR_QUERY = api.queryOptions(
  'get',
  '/admin/coordinators',
  { params: { query: { limit: 1 } } },
  { staleTime: 60_000 },
);
