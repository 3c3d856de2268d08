import * as z from 'zod/mini';
import { Notification, NotificationData, toNotificationData } from '../record/notification.ts';
import type { Page } from './ports.ts';
import type { NotificationQuery, QueryType } from './query.ts';

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

const ANSWER_SCHEMAS = {
  user: ItemsPage,
  marketing: ItemsPage,
  failures: ItemsPage,
  transaction: DataPage,
  fail: DataPage,
} as const;

export type AnswerOf<T extends QueryType> = z.infer<(typeof ANSWER_SCHEMAS)[T]>;

/** A page in the body that clients of this query's generation expect. */
export const toAnswer = <Q extends NotificationQuery>(query: Q, page: Page): AnswerOf<Q['query_type']> => {
  const next = page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor };
  const answer: ItemsPage | DataPage =
    ANSWER_SCHEMAS[query.query_type] === ItemsPage
      ? { success: true, count: page.items.length, items: [...page.items], ...next }
      : {
          success: true,
          data: page.items.map(toNotificationData),
          message: messageFor(page.items.length, query),
          total_count: page.items.length,
          ...next,
        };
  return answer as AnswerOf<Q['query_type']>;
};

/** What another service answered to a query of this type; undefined when it is not such an answer. */
export const parseAnswer = <T extends QueryType>(query_type: T, body: unknown): AnswerOf<T> | undefined =>
  ANSWER_SCHEMAS[query_type].safeParse(body).data as AnswerOf<T> | undefined;

const messageFor = (count: number, query: NotificationQuery): string => {
  const what = query.query_type === 'fail' ? 'failed notification' : 'notification';
  return `${count} ${what}${count === 1 ? '' : 's'} found`;
};
