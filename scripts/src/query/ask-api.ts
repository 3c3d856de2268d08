import { getJson } from '@notify/http-client';
import { type Notification, parseAnswer, type QueryType } from '@notify/shared-domain';
import { NotifyError } from '../session/notify-error.ts';

export interface ApiQuery {
  readonly type: QueryType;
  readonly parameters: Readonly<Record<string, string>>;
  /** How many notifications at most; all pages without it. */
  readonly limit?: number;
}

const ROUTES: Readonly<Record<QueryType, string>> = {
  user: '/query/user',
  marketing: '/query/marketing',
  failures: '/query/failures',
  transaction: '/tx',
  fail: '/fail',
};
const MAX_PAGE = 1_000;
/** A query goes through several services, each with its own deadline and one retry. */
const TIMEOUT_MS = 20_000;

export interface Found {
  readonly items: readonly Notification[];
  readonly pages: number;
  /** Whether the limit has cut something off. */
  readonly more: boolean;
}

/**
 * The notifications that the query API gives, over all its pages.
 * @throws AppError as the API says, or NotifyError `TARGET.UNREACHABLE` for an answer that is none
 */
export const askApi = async (
  apiUrl: string,
  { type, parameters, limit = Number.POSITIVE_INFINITY }: ApiQuery,
  onPage: (items: number) => void = () => {},
): Promise<Found> => {
  const items: Notification[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const url = new URL(`${apiUrl}${ROUTES[type]}`);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    url.searchParams.set('limit', String(Math.min(MAX_PAGE, limit - items.length)));
    if (cursor !== undefined) url.searchParams.set('cursor', cursor);
    const answer = parseAnswer(type, await getJson(url, { timeoutMs: TIMEOUT_MS }));
    if (!answer) throw new NotifyError('TARGET.UNREACHABLE', 'The answer is not one of the query API.');
    const page = 'items' in answer ? answer.items : answer.data.map(withoutNulls);
    items.push(...page);
    pages += 1;
    onPage(page.length);
    cursor = answer.next_cursor;
  } while (cursor !== undefined && items.length < limit);
  return { items, pages, more: cursor !== undefined };
};

const withoutNulls = (data: object): Notification =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)) as Notification;
