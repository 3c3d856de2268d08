import { executeStatements } from '@notify/dynamodb';
import { keyItem, type RecordKey } from '@notify/read-model';
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
  keys: readonly RecordKey[],
): Promise<TouchReport> => {
  const now = { N: String(Date.now()) };
  const Statement = `UPDATE "${tables.commands}" SET "${TOUCHED_AT}"=? WHERE "transaction_id"=? AND "created_at"=?`;
  const errors = await executeStatements(
    dynamodb,
    keys.map((key) => {
      const { transaction_id, created_at } = keyItem(key);
      return { Statement, Parameters: [now, transaction_id, created_at] };
    }),
  );
  const gone = errors.filter((error) => error?.code === 'ConditionalCheckFailed').length;
  const failed = errors.filter((error) => error !== undefined).length - gone;
  return { touched: keys.length - gone - failed, gone, failed };
};
