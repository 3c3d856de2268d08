import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { latestOf, type RowKey } from './position-log.ts';

/** Where a projection is with one shard, or where one of its instances was last. Times are milliseconds since 1970. */
export interface Position {
  readonly shard: string;
  /** Of the last record of the batch behind which it was left. */
  readonly sequenceNumber: string;
  /** When that record was written, to the second; undefined when it does not say. */
  readonly recordAt: number | undefined;
  readonly leftAt: number;
  /** How old the oldest record of the batch was when it came. */
  readonly lagMs: number | undefined;
  /** Records since the place was left before, so long ago; undefined for the first time. */
  readonly records: number;
  readonly windowMs: number | undefined;
  /** The newest rows that were written, where they are kept. */
  readonly latest: readonly RowKey[];
}

/** All places of a projection. */
export const readPositions = async (
  dynamodb: DynamoDBClient,
  table: string,
  projection: string,
): Promise<Position[]> => {
  const positions: Position[] = [];
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: table,
      KeyConditionExpression: '#projection = :projection',
      ExpressionAttributeNames: { '#projection': 'projection' },
      ExpressionAttributeValues: { ':projection': { S: projection } },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const number = (name: string) => (item[name]?.N === undefined ? undefined : Number(item[name].N));
      positions.push({
        shard: item.shard?.S ?? '',
        sequenceNumber: item.sequence_number?.S ?? '',
        recordAt: number('record_at'),
        leftAt: number('left_at') ?? 0,
        lagMs: number('lag_ms'),
        records: number('records') ?? 0,
        windowMs: number('window_ms'),
        latest: latestOf(item),
      });
    }
  }
  return positions;
};
