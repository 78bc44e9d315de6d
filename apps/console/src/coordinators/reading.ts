import { client } from '../api';
import { pagedOptions } from '../shared/use-list';

export interface CoordinatorSearch {
  search?: string | undefined;
  status?: string | undefined;
}

const PAGE_SIZE = 50;

export function coordinatorsQuery({ search, status }: CoordinatorSearch) {
  return pagedOptions(
    '/admin/coordinators',
    { search, status: statusIn(status), limit: PAGE_SIZE },
    (query, signal) => client.GET('/admin/coordinators', { params: { query }, signal }),
  );
}

export function statusIn(status: string | undefined): 'ACTIVE' | 'SUSPENDED' | undefined {
  return status === 'ACTIVE' || status === 'SUSPENDED' ? status : undefined;
}
