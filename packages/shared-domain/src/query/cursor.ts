import { createHash } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';
import type { NotificationKey } from '../record/notification-row.ts';
import type { NotificationQuery } from './query.ts';

const VERSION = 1;

/**
 * The cursor of the page after `last`, for this query. It holds only the key of the last row given: a page goes on
 * behind it, whatever was written meanwhile. The digest guards against damage and mix-ups, not against forgery: a forged
 * position reads what the query may read anyway.
 */
export const encodeCursor = (query: NotificationQuery, last: NotificationKey): string => {
  return sealCursor([VERSION, fingerprint(query), last.created_at, last.transaction_id]);
};

/**
 * The key behind which the page of this query goes on.
 *
 * @throws AppError `QUERY.CURSOR.INVALID` (damaged or made up), `QUERY.CURSOR.FOREIGN` (of another query)
 */
export const decodeCursor = (cursor: string, query: NotificationQuery): NotificationKey => {
  const { print, created_at, transaction_id } = unsealCursor(
    cursor,
    ([version, print, created_at, transaction_id]) =>
      version === VERSION && isKey(created_at, transaction_id)
        ? { print, created_at, transaction_id }
        : undefined,
  );
  if (print !== fingerprint(query)) {
    throw new AppError('QUERY.CURSOR.FOREIGN', {
      detail: 'The cursor belongs to another query; only limit may change between pages.',
    });
  }
  const key = { created_at: created_at as number, transaction_id: transaction_id as string };
  if (!isWithin(query, key)) throw damaged();
  return key;
};

/** A cursor of any kind: its content, guarded by a digest. */
export const sealCursor = (content: readonly unknown[]): string =>
  Buffer.from(JSON.stringify([...content, digest(content)])).toString('base64url');

/**
 * What a sealed cursor holds.
 *
 * @param read gives undefined for content that is not of its kind
 * @throws AppError `QUERY.CURSOR.INVALID`
 */
export const unsealCursor = <T>(cursor: string, read: (content: readonly unknown[]) => T | undefined): T => {
  const members = open(cursor);
  const content = members?.slice(0, -1) ?? [];
  const found = members?.at(-1) === digest(content) ? read(content) : undefined;
  if (found === undefined) throw damaged();
  return found;
};

const damaged = (): AppError =>
  new AppError('QUERY.CURSOR.INVALID', {
    detail: 'The cursor is damaged; take next_cursor as it was given, or begin without a cursor.',
  });

/** Whether the query could have given this row; DynamoDB refuses to start anywhere else. */
const isWithin = (query: NotificationQuery, { created_at, transaction_id }: NotificationKey): boolean => {
  const { from = 0, to = Number.POSITIVE_INFINITY } = query;
  const { transaction_id: asked = transaction_id } = query as { transaction_id?: string };
  return created_at >= from && created_at < to && transaction_id === asked;
};

const isKey = (created_at: unknown, transaction_id: unknown): boolean =>
  Number.isFinite(created_at) &&
  typeof transaction_id === 'string' &&
  transaction_id !== '' &&
  transaction_id.isWellFormed();

/** What makes a query the same over all its pages: everything but how many rows a page holds and where it begins. */
const fingerprint = (query: NotificationQuery): string => {
  const { limit: _limit, cursor: _cursor, query_type, ...rest } = query;
  const kind = query_type === 'failures' ? 'fail' : query_type;
  return digest([kind, ...Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]);
};

const digest = (content: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 12);

/** The members of the array that a cursor is; undefined when it is none. */
const open = (cursor: string): unknown[] | undefined => {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.toString('base64url') !== cursor) return undefined;
  try {
    const parsed: unknown = JSON.parse(bytes.toString());
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};
