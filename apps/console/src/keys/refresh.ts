import type { QueryClient } from '@tanstack/react-query';

const PATHS = [
  '/admin/coordinators',
  '/admin/coordinators/{id}',
  '/admin/coordinators/{id}/keys',
  '/admin/keys',
  '/overview',
  '/audit-log',
];

export async function refreshKeys(queries: QueryClient): Promise<void> {
  await Promise.all(PATHS.map((path) => queries.invalidateQueries({ queryKey: ['get', path] })));
}
