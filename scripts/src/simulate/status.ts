import { executeStatements, parallelScan, toAttributeValue } from '@notify/dynamodb';
import { KEY_ATTRIBUTES, keyItem, keyOf, type RecordKey } from '@notify/read-model';
import { createPace } from '../session/pace.ts';
import type { Session } from '../session/session.ts';
import { createRandom } from './generate.ts';

export interface StatusOptions {
  readonly count: number;
  readonly rate?: number;
  /** The share that turns FAILED; the others turn DELIVERED. */
  readonly failureShare: number;
  readonly seed: number;
  readonly transactionId?: string;
}

export interface StatusSummary {
  readonly dry_run: boolean;
  /** Notifications found that were SENT. */
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  /** Those whose status someone else changed first. */
  readonly overtaken: number;
  readonly seconds: number;
  readonly achieved_rate: number;
}

const BATCH = 25;

/** What push providers report afterwards: notifications that were SENT turn DELIVERED or FAILED. */
export const simulateStatus = async (session: Session, options: StatusOptions): Promise<StatusSummary> => {
  const { dynamodb, tables, terminal, signal, dryRun } = session;
  const keys = (await sentNotifications(session, options)).slice(0, options.count);
  const pace = createPace(options.rate, signal);
  const random = createRandom(options.seed);
  const counts = { delivered: 0, failed: 0, overtaken: 0 };
  const startedAt = performance.now();
  terminal.progress.begin('notifications', keys.length);
  for (let start = 0; start < keys.length; start += BATCH) {
    const batch = keys
      .slice(start, start + BATCH)
      .map((key) => ({ key, fails: random() < options.failureShare }));
    await pace(batch.length);
    const now = Date.now();
    const statements = batch.map(({ key, fails }) => {
      const { transaction_id, created_at } = keyItem(key);
      const change = fails
        ? { status: 'FAILED', failed_ts: now, error_msg: 'Unregistered' }
        : { status: 'DELIVERED', delivered_ts: now };
      const sets = Object.keys(change).map((name) => `SET "${name}"=?`);
      return {
        Statement: `UPDATE "${tables.commands}" ${sets.join(' ')} WHERE "transaction_id"=? AND "created_at"=? AND "status"='SENT'`,
        Parameters: [...Object.values(change).map(toAttributeValue), transaction_id, created_at],
      };
    });
    const errors = dryRun ? [] : await executeStatements(dynamodb, statements);
    for (const [index, { fails }] of batch.entries()) {
      counts[errors[index] ? 'overtaken' : fails ? 'failed' : 'delivered'] += 1;
    }
    terminal.progress.advance(batch.length);
  }
  terminal.progress.end();
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    dry_run: dryRun,
    sent: keys.length,
    ...counts,
    seconds: Math.round(seconds * 100) / 100,
    achieved_rate: keys.length === 0 ? 0 : Math.round(keys.length / seconds),
  };
};

const sentNotifications = async (
  { dynamodb, tables, signal }: Session,
  { transactionId, count }: StatusOptions,
): Promise<RecordKey[]> => {
  const keys: RecordKey[] = [];
  const enough = new AbortController();
  const input = {
    TableName: tables.commands,
    ProjectionExpression: KEY_ATTRIBUTES.join(', '),
    FilterExpression: `#status = :sent${transactionId === undefined ? '' : ' AND transaction_id = :transaction'}`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':sent': { S: 'SENT' },
      ...(transactionId === undefined ? {} : { ':transaction': { S: transactionId } }),
    },
  };
  const scan = parallelScan(
    dynamodb,
    { input, segments: 1, signal: AbortSignal.any([signal, enough.signal]) },
    async ({ items }) => {
      keys.push(...items.map(keyOf));
      if (keys.length >= count) enough.abort();
    },
  );
  await scan.catch((error: unknown) => {
    if (!enough.signal.aborted) throw error;
  });
  return keys;
};
