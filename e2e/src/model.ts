import { isDeepStrictEqual } from 'node:util';
import {
  type CommandRecord,
  type Notification,
  type NotificationKey,
  parseQuery,
  type QueryType,
  toAnswer,
  toNotificationRow,
} from '@notify/shared-domain';
import { InMemoryNotificationReader } from '@notify/shared-domain/testing';
import type { Door } from './doors.ts';

type Row = Readonly<Record<string, unknown>>;

/** The most that one page holds. */
const WHOLE = 1000;

/** What a stage should answer: the reference reader over the rows of the commands. */
export class Model {
  readonly #reader: InMemoryNotificationReader;

  constructor(commands: Iterable<CommandRecord>) {
    this.#reader = new InMemoryNotificationReader([...commands].map(toNotificationRow));
  }

  /** The notifications that a query should find. */
  async notifications(query_type: QueryType, query: object): Promise<readonly Notification[]> {
    return (await this.#reader.read(parseQuery(query_type, { ...query }))).items;
  }

  /** What differs between a door's answer to a query and the model's, a sentence; undefined when nothing does. */
  async difference(door: Door, query: object): Promise<string | undefined> {
    const expected = await this.#body(door, query);
    const { status, body } = await door.ask(query);
    if (status !== 200) return `${status} ${excerpt(body)}`;
    if (times(body) !== times(expected)) return inAnotherOrder(rowsOf(body), rowsOf(expected));
    const [given, wanted] = [comparable(body), comparable(expected)];
    if (isDeepStrictEqual(given, wanted)) return undefined;
    const at = rowsOf(wanted).findIndex((row, index) => !isDeepStrictEqual(row, rowsOf(given)[index]));
    return at < 0
      ? `${excerpt({ ...given, items: [], data: [] })} around the rows`
      : `${excerpt(rowsOf(given)[at])} instead of ${excerpt(rowsOf(wanted)[at])}`;
  }

  /** The same over all pages of a size: every row once, in its order. */
  async differenceInPages(door: Door, query: object, limit: number): Promise<string | undefined> {
    const rows: Row[] = [];
    for (let cursor: unknown, first = true; first || cursor !== undefined; first = false) {
      const { status, body } = await door.ask({ ...query, limit, ...(first ? {} : { cursor }) });
      if (status !== 200) return `${status} ${excerpt(body)}`;
      if (rowsOf(body).length > limit) return `a page of ${rowsOf(body).length}, not ${limit}`;
      rows.push(...rowsOf(body));
      cursor = (body as { next_cursor?: unknown }).next_cursor;
    }
    const expected = rowsOf(await this.#body(door, { ...query, limit: WHOLE }));
    if (times({ items: rows }) !== times({ items: expected })) return inAnotherOrder(rows, expected);
    return isDeepStrictEqual(rows.toSorted(byKey), expected.toSorted(byKey))
      ? undefined
      : 'pages with other rows than the whole';
  }

  async #body({ query_type, envelope }: Door, query: object): Promise<object> {
    const parsed = parseQuery(query_type, { ...query });
    return toAnswer(envelope, parsed, await this.#reader.read(parsed));
  }
}

/** An answer without its cursor, which is opaque, and its rows by their key: those of one millisecond have no order. */
const comparable = (body: unknown): Row => {
  const { next_cursor: _, ...answer } = (body ?? {}) as Record<string, unknown>;
  for (const name of ['items', 'data']) {
    const rows = answer[name];
    if (Array.isArray(rows)) answer[name] = rows.toSorted(byKey);
  }
  return answer;
};

/** The rows that an answer of any generation holds. */
export const rowsOf = (body: unknown): readonly Row[] => {
  const { items, data } = (body ?? {}) as { items?: Row[]; data?: Row[] };
  return items ?? data ?? [];
};

/** A notification's key as text. */
export const keyText = ({ transaction_id, created_at }: Row | NotificationKey): string =>
  JSON.stringify([transaction_id, created_at]);

const byKey = (a: Row, b: Row): number => (keyText(a) < keyText(b) ? -1 : 1);

const times = (body: unknown): string =>
  rowsOf(body)
    .map((row) => row['created_at'])
    .join();

const inAnotherOrder = ({ length }: readonly Row[], expected: readonly Row[]): string =>
  length === expected.length ? 'rows in another order' : `${length} rows, not ${expected.length}`;

const excerpt = (value: unknown): string => JSON.stringify(value)?.slice(0, 300) ?? 'nothing';
