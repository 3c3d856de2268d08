import type { Notification, Page } from '@notify/client';

export const rowKey = ({ transaction_id, created_at }: Notification): string =>
  `${created_at} ${transaction_id}`;

export interface Merged {
  /** The pages with what the head says of their rows: changed ones in their place, removed ones gone. */
  readonly pages: readonly Page[];
  /** Rows of the head that the pages do not have, newest first. */
  readonly fresh: readonly Notification[];
  /** Between the head and the pages there may be rows that neither has. */
  readonly hasGap: boolean;
}

/**
 * Brings pages that were read earlier, newest first, up to date by the newest rows as they are now. Rows that came since
 * are given apart: they would push away what somebody is reading.
 */
export const mergeHead = (pages: readonly Page[], { items: head, nextCursor }: Page): Merged => {
  /** Whether nothing lies behind these rows. */
  const isWhole = nextCursor === undefined;
  const now = new Map(head.map((row) => [rowKey(row), row]));
  const known = new Set<string>();
  const oldest = head.at(-1)?.created_at ?? Number.POSITIVE_INFINITY;
  const reaches = (row: Notification) => isWhole || row.created_at > oldest;
  const merged = pages.map((page) => ({
    ...page,
    items: page.items.flatMap((row) => {
      const key = rowKey(row);
      known.add(key);
      const newer = now.get(key);
      if (newer) return [newer];
      return reaches(row) ? [] : [row];
    }),
  }));
  const fresh = head.filter((row) => !known.has(rowKey(row)));
  return { pages: merged, fresh, hasGap: !isWhole && fresh.length === head.length && known.size > 0 };
};

/** The pages with fresh rows at their places. */
export const withFresh = (pages: readonly Page[], fresh: readonly Notification[]): readonly Page[] => {
  const [first, ...rest] = pages;
  if (!first) return pages;
  const items = [...fresh, ...first.items].sort((a, b) => b.created_at - a.created_at);
  return [{ ...first, items }, ...rest];
};
