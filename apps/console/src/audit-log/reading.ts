import { client } from '../api';
import { pagedOptions } from '../shared/use-list';
import { type LogSearch, logFilterOf, logTimesOf } from './log-search';

const PAGE_SIZE = 50;

export function recordsQuery(search: LogSearch) {
  return pagedOptions(
    '/audit-log',
    { ...logFilterOf(search), ...logTimesOf(search), limit: PAGE_SIZE },
    (query, signal) => client.GET('/audit-log', { params: { query }, signal }),
  );
}
