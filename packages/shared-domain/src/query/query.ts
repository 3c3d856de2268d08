import * as z from 'zod/mini';
import { Id, Platform, Status } from '../record/vocabulary.ts';

export const MAX_LIMIT = 1000;
export const DEFAULT_LIMIT = 100;

/** Room for the longest transaction_id (256 control characters, six bytes each in JSON) and what goes with it, in base64. */
export const MAX_CURSOR_LENGTH = 3072;

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
/** Without an id: the newest notifications of all, as many as the projection keeps the keys of. */
export const TransactionQuery = z.object({ transaction_id: z.optional(Id), ...filters });
export const FailuresQuery = z.object({ transaction_id: Id, ...paging });
export const FailQuery = z.object({ transaction_id: z.optional(Id), ...paging });
export const SnsQuery = z.object({ sns_id: Id, ...filters });

export const QUERY_SCHEMAS = {
  user: UserQuery,
  marketing: MarketingQuery,
  failures: FailuresQuery,
  transaction: TransactionQuery,
  fail: FailQuery,
  sns: SnsQuery,
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

/** A query as a caller may give it: what has a default left out, times in any form that the API takes. */
export type QueryInput<T extends QueryType = QueryType> = T extends QueryType
  ? z.input<(typeof QUERY_SCHEMAS)[T]> & { readonly query_type: T }
  : never;

/** What a query holds beside its type, as URL parameters. */
export const toQueryParameters = (query: object): URLSearchParams =>
  new URLSearchParams(
    Object.entries({ ...query, query_type: undefined }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  );
