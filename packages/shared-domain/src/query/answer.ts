import * as z from 'zod/mini';
import {
  Notification,
  NotificationData,
  toNotification,
  toNotificationData,
} from '../record/notification.ts';
import type { NotificationQuery } from './query.ts';
import type { Page } from './reader.ts';

const itemsOf = {
  /** How many items this page holds. */
  count: z.int(),
  items: z.array(Notification),
};
const dataOf = {
  data: z.array(NotificationData),
  message: z.string(),
  /** How many records this page holds. */
  total_count: z.int(),
};
const success = { success: z.literal(true) };
const next = { next_cursor: z.optional(z.string()) };

/** The 200 body of V1. */
export const ItemsPage = z.object({ ...success, ...itemsOf, ...next });
export type ItemsPage = z.infer<typeof ItemsPage>;

/** The 200 body of V2 to V4. */
export const DataPage = z.object({ ...success, ...dataOf, ...next });
export type DataPage = z.infer<typeof DataPage>;

/**
 * The 200 body of V4 by GET. Those of V4 read `data`; services of the generations before read `items`, which the private
 * API therefore gives beside it, and the query service does not.
 */
export const CombinedPage = z.object({
  ...success,
  ...dataOf,
  count: z.optional(itemsOf.count),
  items: z.optional(itemsOf.items),
  ...next,
});
export type CombinedPage = z.infer<typeof CombinedPage>;

export type Answer = ItemsPage | DataPage | CombinedPage;

const asItems = ({ items }: Page) => ({ count: items.length, items });
const asData = ({ items }: Page, query: NotificationQuery) => ({
  data: items.map(toNotificationData),
  message: messageFor(items.length, query),
  total_count: items.length,
});
const ENVELOPES = {
  items: asItems,
  data: asData,
  combined: (page: Page, query: NotificationQuery) => ({ ...asItems(page), ...asData(page, query) }),
};

/** In which members of an answer its readers look for a page. */
export type Envelope = keyof typeof ENVELOPES;

/** A page as the body of a 200 answer. */
export const toAnswer = (envelope: Envelope, query: NotificationQuery, page: Page): Answer => {
  const cursor = page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor };
  return { success: true, ...ENVELOPES[envelope](page, query), ...cursor } as Answer;
};

/** The page that an answer holds, in whichever envelope; undefined when it is no answer. */
export const parseAnswer = (body: unknown): Page | undefined => {
  const answer = z.union([ItemsPage, DataPage]).safeParse(body).data;
  if (answer === undefined) return undefined;
  const items = 'items' in answer ? answer.items : answer.data.map(toNotification);
  return answer.next_cursor === undefined ? { items } : { items, nextCursor: answer.next_cursor };
};

const messageFor = (count: number, query: NotificationQuery): string => {
  const what = query.query_type === 'fail' ? 'failed notification' : 'notification';
  return `${count} ${what}${count === 1 ? '' : 's'} found`;
};
