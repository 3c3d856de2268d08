import * as z from 'zod/mini';
import { AppError } from '../errors/app-error.ts';
import { Id, MAX_ID_LENGTH, PLATFORMS, Platform, STATUSES, Status } from '../record/vocabulary.ts';
import { decodeCursor, MAX_CURSOR_LENGTH } from './cursor.ts';

export const MAX_LIMIT = 1000;
export const DEFAULT_LIMIT = 100;

export const ORDERS = ['desc', 'asc'] as const;
export type Order = (typeof ORDERS)[number];

/** Milliseconds since 1970, as a number or as digits, or a date and time in ISO 8601. */
const Instant = z.union([z.int().check(z.nonnegative()), z.string().check(z.minLength(1), z.maxLength(40))]);

const paging = {
  limit: z._default(z.int().check(z.minimum(1), z.maximum(MAX_LIMIT)), DEFAULT_LIMIT),
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_CURSOR_LENGTH))),
  order: z._default(z.enum(ORDERS), 'desc'),
  platform: z.optional(Platform),
  from: z.optional(Instant),
  to: z.optional(Instant),
};
const filters = { ...paging, status: z.optional(Status) };

/** The inputs of the queries as they come over the wire; unknown members are ignored, as they always were. */
export const UserQuery = z.object({ user_id: Id, ...filters });
export const MarketingQuery = z.object({ marketing_id: Id, ...filters });
export const TransactionQuery = z.object({ transaction_id: Id, ...filters });
export const FailuresQuery = z.object({ transaction_id: Id, ...paging });
export const FailQuery = z.object({ transaction_id: z.optional(Id), ...paging });

const QUERY_SCHEMAS = {
  user: UserQuery,
  marketing: MarketingQuery,
  failures: FailuresQuery,
  transaction: TransactionQuery,
  fail: FailQuery,
} as const;

/** The `query_type` of a direct invoke. `failures` is V1's and V3's question, `fail` V4's. */
export type QueryType = keyof typeof QUERY_SCHEMAS;
export const QUERY_TYPES = Object.keys(QUERY_SCHEMAS) as QueryType[];

type Normalized<T> = Omit<T, 'from' | 'to'> & {
  /** Created at or after, milliseconds since 1970. */
  readonly from?: number;
  /** Created before, milliseconds since 1970. */
  readonly to?: number;
};

/** A valid query of one type, with its times in milliseconds. */
export type QueryOf<T extends QueryType> = T extends QueryType
  ? Normalized<z.output<(typeof QUERY_SCHEMAS)[T]>> & { readonly query_type: T }
  : never;
export type NotificationQuery = QueryOf<QueryType>;

const ID_RULE = `text of 1 to ${MAX_ID_LENGTH} characters`;
const TIME_RULE = 'milliseconds since 1970 or a date and time in ISO 8601';
const RULES: Readonly<Record<string, string>> = {
  user_id: ID_RULE,
  marketing_id: ID_RULE,
  transaction_id: ID_RULE,
  limit: `a whole number from 1 to ${MAX_LIMIT}`,
  cursor: `the next_cursor of an earlier page, at most ${MAX_CURSOR_LENGTH} characters`,
  order: `one of ${ORDERS.join(', ')}`,
  status: `one of ${STATUSES.join(', ')}`,
  platform: `one of ${PLATFORMS.join(', ')}`,
  from: TIME_RULE,
  to: TIME_RULE,
  query_type: `one of ${QUERY_TYPES.join(', ')}`,
};

const invalid = (name: string): AppError =>
  new AppError('REQUEST.PARAMETER_INVALID', { detail: `${name} must be ${RULES[name]}.` });

/**
 * A query from a JSON object: a request body or a direct invoke.
 *
 * @throws AppError `REQUEST.PARAMETER_MISSING`, `REQUEST.PARAMETER_INVALID`, `REQUEST.BODY_INVALID`,
 *   `QUERY.CURSOR.INVALID` or `QUERY.CURSOR.FOREIGN`
 */
export const parseQuery = <T extends QueryType>(query_type: T, input: unknown): QueryOf<T> => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new AppError('REQUEST.BODY_INVALID', { detail: 'The body must be a JSON object.' });
  }
  const parsed = QUERY_SCHEMAS[query_type].safeParse(input);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0]);
    if (Object.hasOwn(input, name)) throw invalid(name);
    throw new AppError('REQUEST.PARAMETER_MISSING', { detail: `${name} is required: ${RULES[name]}.` });
  }
  const { from, to, ...rest } = parsed.data;
  const range = { ...instant('from', from), ...instant('to', to) };
  if ((range.from ?? -1) >= (range.to ?? Number.POSITIVE_INFINITY)) {
    throw new AppError('REQUEST.PARAMETER_INVALID', { detail: 'from must be earlier than to.' });
  }
  const query = { query_type, ...rest, ...range } as NotificationQuery;
  if (query.cursor !== undefined) decodeCursor(query.cursor, query);
  return query as QueryOf<T>;
};

/** A query from URL parameters, which are all text. Throws as {@link parseQuery}. */
export const parseQueryParameters = <T extends QueryType>(
  query_type: T,
  parameters: Readonly<Record<string, unknown>>,
): QueryOf<T> => {
  const { limit } = parameters;
  const isNumber = typeof limit === 'string' && /^-?\d{1,15}$/.test(limit);
  return parseQuery(query_type, isNumber ? { ...parameters, limit: Number(limit) } : parameters);
};

/** @throws AppError `REQUEST.PARAMETER_INVALID` when the value is none of the query types */
export const parseQueryType = (value: unknown): QueryType => {
  if (typeof value === 'string' && Object.hasOwn(QUERY_SCHEMAS, value)) return value as QueryType;
  throw invalid('query_type');
};

/** The query as URL parameters, for asking the next service in line. */
export const toQueryParameters = ({ query_type: _, ...query }: NotificationQuery): URLSearchParams =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  );

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

const instant = (name: 'from' | 'to', value: number | string | undefined): { [name]?: number } => {
  if (value === undefined) return {};
  const ms = toMilliseconds(value);
  if (!Number.isSafeInteger(ms) || ms < 0) throw invalid(name);
  return { [name]: ms };
};

/** A time without a zone is UTC, wherever the process runs. */
const toMilliseconds = (value: number | string): number => {
  const text = String(value);
  if (/^\d{1,16}$/.test(text)) return Number(text);
  const match = ISO_8601.exec(text);
  if (!match) return Number.NaN;
  const [, time, zone] = match;
  return Date.parse(time && !zone ? `${text}Z` : text);
};
