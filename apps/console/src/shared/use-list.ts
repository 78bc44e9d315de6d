/** How the pages of a list follow each other. With `undefined`, the library would send `cursor=0` for the first page. */
export const PAGED = {
  pageParamName: 'cursor',
  initialPageParam: null,
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor ?? undefined,
} as const;
