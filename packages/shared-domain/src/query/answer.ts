import * as z from 'zod/mini';
import { parseJson } from '../json.ts';
import {
  isWrittenNotification,
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
  return pageOf(items, answer.next_cursor);
};

const pageOf = (items: readonly Notification[], nextCursor: string | undefined): Page =>
  nextCursor === undefined ? { items } : { items, nextCursor };

/**
 * The body of a 200 answer in this envelope, from the text of one in any; undefined when that is none. It is what {@link toAnswer} makes of
 * the page that {@link parseAnswer} finds, or in `data` of the page that is there. What is written so already is looked at, member for
 * member, and stays the text that it is.
 */
export const answerText = (
  envelope: Envelope,
  query: NotificationQuery,
  text: string,
): string | undefined => {
  if (envelope === 'data') {
    const data = dataOnly(text);
    if (data !== undefined && isWrittenData(parseJson(data), query)) return data;
  }
  const body = parseJson(text);
  const isItems = isWrittenItems(body);
  if (isItems && envelope === 'items') return text;
  const page = isItems ? pageOf(body.items, body.next_cursor) : parseAnswer(body);
  return page && JSON.stringify(toAnswer(envelope, query, page));
};

const SUCCESS = '{"success":true';
const DATA = ',"data":[';

/**
 * An answer in both envelopes without `items`. A quote in JSON either opens or closes a text, and none of what follows `data` is a list: its
 * last occurrence is the one that counts, or else what is left is no answer.
 */
const dataOnly = (text: string): string | undefined => {
  const at = text.lastIndexOf(DATA);
  return at !== -1 && text.startsWith(SUCCESS) ? SUCCESS + text.slice(at) : undefined;
};

const ITEMS_MEMBERS = ['success,count,items', 'success,count,items,next_cursor'];
const DATA_MEMBERS = ['success,data,message,total_count', 'success,data,message,total_count,next_cursor'];

const isWrittenItems = (body: unknown): body is ItemsPage => {
  if (!isWritten(body, ITEMS_MEMBERS)) return false;
  const { count, items } = body;
  return isWrittenList(items, 'left out') && count === items.length;
};

const isWrittenData = (body: unknown, query: NotificationQuery): boolean => {
  if (!isWritten(body, DATA_MEMBERS)) return false;
  const { data, message, total_count } = body;
  return (
    isWrittenList(data, 'null') && total_count === data.length && message === messageFor(data.length, query)
  );
};

const isWritten = (body: unknown, members: readonly string[]): body is Record<string, unknown> =>
  typeof body === 'object' &&
  body !== null &&
  members.includes(Object.keys(body).join()) &&
  (body as ItemsPage).success === true &&
  ['string', 'undefined'].includes(typeof (body as ItemsPage).next_cursor);

const isWrittenList = (list: unknown, absent: 'left out' | 'null'): list is readonly unknown[] =>
  Array.isArray(list) && list.every((each) => isWrittenNotification(each, absent));

const messageFor = (count: number, query: NotificationQuery): string => {
  const what = query.query_type === 'fail' ? 'failed notification' : 'notification';
  return `${count} ${what}${count === 1 ? '' : 's'} found`;
};
