import type { Notification, Page } from '@notify/client';
import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from '../api/client.ts';
import { mergeHead, withFresh } from './live-rows.ts';
import { isComplete, type Search, toPath, toQuery } from './search.ts';

const PAGE_ROWS = 200;
const HEAD_ROWS = 100;
/** A write takes a fraction of a second to its row, and shall be seen within two. */
const LIVE_MS = 1_000;

type Pages = InfiniteData<Page, string | undefined>;

/** The rows of a search, page by page as they are asked for; while it is live, with what has changed and come since. */
export const useRows = (search: Search, isLive: boolean, isAtTop: () => boolean) => {
  const cache = useQueryClient();
  const asked = toQuery(search);
  const key = ['rows', toPath(asked)];
  const enabled = isComplete(search);
  const [pending, setPending] = useState<{ rows: readonly Notification[]; hasGap: boolean }>();

  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam: cursor, signal }) =>
      client.read({ ...asked, limit: PAGE_ROWS, cursor }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const head = useQuery({
    queryKey: ['head', ...key],
    queryFn: ({ signal }) => client.read({ ...asked, limit: HEAD_ROWS }, { signal }),
    enabled: enabled && isLive && query.isSuccess && search.order !== 'asc',
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });

  const keyText = key.join(' ');
  // What waits belongs to one search.
  useEffect(() => setPending(undefined), [keyText]);

  // Only an answer of the head changes the rows.
  useEffect(() => {
    if (!head.data || head.isPlaceholderData) return;
    const newest = head.data;
    let waiting: typeof pending;
    cache.setQueryData<Pages>(key, (data) => {
      if (!data) return data;
      const { pages, fresh, hasGap } = mergeHead(data.pages, newest);
      const admit = isAtTop() && !hasGap;
      waiting = admit || fresh.length === 0 ? undefined : { rows: fresh, hasGap };
      return { ...data, pages: [...(admit ? withFresh(pages, fresh) : pages)] };
    });
    setPending(waiting);
  }, [head.data]);

  /** Lets in what came while somebody was reading further down. */
  const admit = () => {
    if (!pending) return;
    if (pending.hasGap) cache.resetQueries({ queryKey: key });
    else {
      cache.setQueryData<Pages>(
        key,
        (data) => data && { ...data, pages: [...withFresh(data.pages, pending.rows)] },
      );
    }
    setPending(undefined);
  };

  return {
    ...query,
    rows: query.data?.pages.flatMap(({ items }) => items) ?? [],
    pending: pending?.rows.length ?? 0,
    admit,
  };
};
