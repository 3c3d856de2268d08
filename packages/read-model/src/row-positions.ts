import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MAX_LATEST, type NotificationKey, rowOrder } from '@notify/shared-domain';
import { PositionLog, readPositions } from '@notify/stream-projection';

/** The name of the projection of the rows among the positions. */
export const ROW_PROJECTION = 'notification-records';

/** Events of this projection name no shard, so its instances share a few places: few enough to be read at once. */
const PLACES = 16;

/** Where the projection of the rows leaves its place, with the keys of the newest rows. */
export const createRowPositions = (dynamodb: DynamoDBClient, table: string): PositionLog =>
  new PositionLog(dynamodb, {
    table,
    projection: ROW_PROJECTION,
    shard: `place-${Math.floor(Math.random() * PLACES)}`,
    latest: MAX_LATEST,
  });

/**
 * The keys of the newest notifications that the projection has written, the newest first: at most 50, and without an index that every
 * row would pay for. A row may have been removed since.
 */
export const readLatestKeys = async (dynamodb: DynamoDBClient, table: string): Promise<NotificationKey[]> => {
  const keys = new Map<string, NotificationKey>();
  for (const { latest } of await readPositions(dynamodb, table, ROW_PROJECTION)) {
    for (const [id, time] of latest) {
      const key = { transaction_id: id?.S ?? '', created_at: Number(time?.N) };
      keys.set(`${key.created_at} ${key.transaction_id}`, key);
    }
  }
  return [...keys.values()].sort(rowOrder('desc')).slice(0, MAX_LATEST);
};
