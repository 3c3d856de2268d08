import { createHash } from 'node:crypto';
import { AppError, DEFAULT_LIMIT, MAX_CURSOR_LENGTH, MAX_LIMIT } from '@notify/shared-domain';

/** A page of users to be read. */
export interface ListQuery {
  readonly limit: number;
  /** The last user of the page before; undefined for the first page. */
  readonly after: string | undefined;
}

/**
 * A query from URL parameters.
 * @throws AppError `REQUEST.PARAMETER_INVALID` or `QUERY.CURSOR.INVALID`
 */
export const parseListQuery = ({
  limit,
  cursor,
}: Readonly<Record<string, string | undefined>>): ListQuery => ({
  limit: limit === undefined ? DEFAULT_LIMIT : parseLimit(limit),
  after: cursor === undefined ? undefined : decodeUserCursor(cursor),
});

const parseLimit = (text: string): number => {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new AppError('REQUEST.PARAMETER_INVALID', {
    detail: `limit must be a whole number from 1 to ${MAX_LIMIT}.`,
  });
};

const VERSION = 1;

/** The cursor of the page behind this user. The digest guards against damage, not against forgery. */
export const encodeUserCursor = (userId: string): string =>
  Buffer.from(JSON.stringify([VERSION, userId, digest(userId)])).toString('base64url');

/** @throws AppError `QUERY.CURSOR.INVALID` */
const decodeUserCursor = (cursor: string): string => {
  const content = cursor.length <= MAX_CURSOR_LENGTH ? open(cursor) : undefined;
  const [version, userId, check] = Array.isArray(content) ? content : [];
  if (version === VERSION && isId(userId) && check === digest(userId)) return userId;
  throw new AppError('QUERY.CURSOR.INVALID', {
    detail: 'The cursor is damaged; take next_cursor as it was given, or begin without a cursor.',
  });
};

const isId = (userId: unknown): userId is string =>
  typeof userId === 'string' && userId !== '' && userId.isWellFormed();

const open = (cursor: string): unknown => {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.toString('base64url') !== cursor) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
};

const digest = (userId: string): string =>
  createHash('sha256').update(`users ${userId}`).digest('base64url').slice(0, 12);
