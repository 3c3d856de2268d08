import { AppError } from '../errors/app-error.ts';
import { ID_RULE, PLATFORMS, STATUSES } from '../record/vocabulary.ts';
import { decodeCursor } from './cursor.ts';
import {
  MAX_CURSOR_LENGTH,
  MAX_LIMIT,
  type NotificationQuery,
  ORDERS,
  QUERY_SCHEMAS,
  QUERY_TYPES,
  type QueryOf,
  type QueryType,
} from './query.ts';

const TIME_RULE = 'milliseconds since 1970 or a date and time in ISO 8601';
const RULES: Readonly<Record<string, string>> = {
  user_id: ID_RULE,
  marketing_id: ID_RULE,
  transaction_id: ID_RULE,
  sns_id: ID_RULE,
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

/** @throws AppError `REQUEST.PARAMETER_INVALID` when the value is none of the query types, nor V4's short form of one */
export const parseQueryType = (value: unknown): QueryType => {
  if (value === 'tx') return 'transaction';
  if (typeof value === 'string' && Object.hasOwn(QUERY_SCHEMAS, value)) return value as QueryType;
  throw invalid('query_type');
};

const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

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
  const [, date, time, zone] = match;
  // JavaScript takes the 30th of February for the 1st of March.
  const day = new Date(`${date}`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) return Number.NaN;
  return Date.parse(time && !zone ? `${text}Z` : text);
};
