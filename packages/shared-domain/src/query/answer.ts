import * as z from 'zod/mini';
import {
  Notification,
  NotificationData,
  toNotification,
  toNotificationData,
} from '../record/notification.ts';
import type { NotificationQuery } from './query.ts';
import type { Page } from './reader.ts';

/** The 200 body of V1 and V3. */
export const ItemsPage = z.object({
  success: z.literal(true),
  /** How many items this page holds. */
  count: z.int(),
  items: z.array(Notification),
  next_cursor: z.optional(z.string()),
});
export type ItemsPage = z.infer<typeof ItemsPage>;

/** The 200 body of V4. */
export const DataPage = z.object({
  success: z.literal(true),
  data: z.array(NotificationData),
  message: z.string(),
  /** How many records this page holds. */
  total_count: z.int(),
  next_cursor: z.optional(z.string()),
});
export type DataPage = z.infer<typeof DataPage>;

const ENVELOPES = {
  items: ({ items }: Page): Pick<ItemsPage, 'count' | 'items'> => ({
    count: items.length,
    items: [...items],
  }),
  data: ({ items }: Page, query: NotificationQuery): Pick<DataPage, 'data' | 'message' | 'total_count'> => ({
    data: items.map(toNotificationData),
    message: messageFor(items.length, query),
    total_count: items.length,
  }),
};

/** In which members of an answer the clients of a generation look for a page. */
export type Envelope = keyof typeof ENVELOPES;

/** A page as the body of a 200 answer. */
export const toAnswer = (envelope: Envelope, query: NotificationQuery, page: Page): ItemsPage | DataPage => {
  const next = page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor };
  return { success: true, ...ENVELOPES[envelope](page, query), ...next } as ItemsPage | DataPage;
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
