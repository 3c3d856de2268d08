import { useInfiniteQuery } from '@tanstack/react-query';

const LIVE_MS = 5_000;

/** What comes page by page, as it is asked for, and kept up to date while it is looked at. */
export const usePages = <Page extends { readonly next_cursor?: string | undefined }>(
  queryKey: readonly string[],
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>,
) =>
  useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: LIVE_MS,
  });
