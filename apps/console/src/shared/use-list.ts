import { type InfiniteData, infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';

interface Page {
  nextCursor: string | null;
}

/** How the pages of a list follow each other. With `undefined`, the library would send `cursor=0` for the first page. */
export const PAGED = {
  pageParamName: 'cursor',
  initialPageParam: null,
  getNextPageParam: ({ nextCursor }: Page) => nextCursor ?? undefined,
} as const;

interface Answer<Of> {
  data?: Of;
  error?: unknown;
}

/** A list that a route begins to read before its page is drawn. Its key is that of `api.useInfiniteQuery`. */
export function pagedOptions<Of extends Page, Query extends object>(
  path: string,
  query: Query,
  read: (query: Query & { cursor?: string }, signal: AbortSignal) => Promise<Answer<Of>>,
) {
  return infiniteQueryOptions<Of, Error, InfiniteData<Of>, QueryKey, string | null>({
    queryKey: ['get', path, { params: { query } }],
    queryFn: async ({ pageParam, signal }) => {
      const { data, error } = await read(
        pageParam === null ? query : { ...query, cursor: pageParam },
        signal,
      );
      if (data === undefined) throw error;
      return data;
    },
    initialPageParam: null,
    getNextPageParam: PAGED.getNextPageParam,
  });
}
