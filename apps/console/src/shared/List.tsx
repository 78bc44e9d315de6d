import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { DataTable, type TableProps } from './DataTable';
import { LoadFailed, Notice, SkeletonRows } from './States';

interface Props<Row>
  extends Omit<TableProps<Row>, 'label' | 'hasMore' | 'isLoadingMore' | 'onMore' | 'dimmed'> {
  /** `jobs`, as in "No jobs match these filters." */
  what: string;
  query: {
    isPending: boolean;
    error: unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isPlaceholderData: boolean;
    fetchNextPage: () => unknown;
    refetch: () => unknown;
  };
  /** what stands there if there is nothing at all */
  none: ReactNode;
  isFiltered: boolean;
  onClear: () => void;
}

/** The rows of a list, or why there are none: they load, they failed to load, none exists, or none matches. */
export function List<Row>({ what, query, none, isFiltered, onClear, ...table }: Props<Row>) {
  const label = what.charAt(0).toUpperCase() + what.slice(1);
  if (query.isPending) return <SkeletonRows what={what} rows={12} />;
  if (table.rows.length === 0) {
    if (query.error !== null)
      return <LoadFailed what={label} error={query.error} onRetry={() => void query.refetch()} />;
    if (!isFiltered) return none;
    return (
      <Notice
        actions={
          <Button variant="default" onClick={onClear}>
            Clear filters
          </Button>
        }
      >
        No {what} match these filters.
      </Notice>
    );
  }
  return (
    <DataTable
      {...table}
      label={label}
      hasMore={query.hasNextPage}
      isLoadingMore={query.isFetchingNextPage}
      onMore={() => void query.fetchNextPage()}
      dimmed={query.isPlaceholderData}
    />
  );
}
