import type { Item, NotificationKey } from '../items/item.ts';
import { keyItem } from '../items/item.ts';
import { executeStatements } from '../items/statements.ts';
import type { Session } from '../session/session.ts';

/** No projection reads it, so a row does not change by it; but the command does, and so its stream record comes again. */
export const TOUCHED_AT = 'touched_at';

export interface TouchReport {
  readonly touched: number;
  /** Commands that were removed meanwhile. */
  readonly gone: number;
  readonly failed: number;
}

/**
 * Touches commands, in this order. One attribute is set and nothing else, so a change by a writer at the same time stays; and only
 * where there is a command, so that a removed one does not come back.
 */
export const touch = async (
  { dynamodb, tables }: Pick<Session, 'dynamodb' | 'tables'>,
  keys: readonly NotificationKey[],
): Promise<TouchReport> => {
  const now = { N: String(Date.now()) };
  const text = `UPDATE "${tables.commands}" SET "${TOUCHED_AT}"=? WHERE "transaction_id"=? AND "created_at"=?`;
  const errors = await executeStatements(
    dynamodb,
    keys.map((key) => {
      const { transaction_id, created_at } = keyItem(key) as Required<Item>;
      return { text, parameters: [now, transaction_id as never, created_at as never] };
    }),
  );
  const gone = errors.filter((error) => error?.Code === 'ConditionalCheckFailed').length;
  const failed = errors.filter((error) => error !== undefined).length - gone;
  return { touched: keys.length - gone - failed, gone, failed };
};
