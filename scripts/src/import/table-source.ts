import { type DynamoDBClient, ResourceNotFoundException, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import { NotifyError } from '../session/notify-error.ts';
import { BATCH_SIZE, type ImportSource, type SourceBatch, type SourcePosition } from './source.ts';

/** A table of the systems before, command or read side. */
export const tableSource = (dynamodb: DynamoDBClient, table: string): ImportSource => ({
  name: `table ${table}`,
  batches: (from) => batchesOf(dynamodb, table, from),
});

const batchesOf = async function* (
  dynamodb: DynamoDBClient,
  table: string,
  from: SourcePosition | undefined,
): AsyncGenerator<SourceBatch> {
  let start = from?.['start'] as Item | 'end' | undefined;
  while (start !== 'end') {
    const { Items = [], LastEvaluatedKey } = await dynamodb
      .send(
        new ScanCommand({
          TableName: table,
          ConsistentRead: true,
          Limit: BATCH_SIZE,
          ExclusiveStartKey: start,
        }),
      )
      .catch((error: unknown) => {
        if (!(error instanceof ResourceNotFoundException)) throw error;
        throw new NotifyError('TABLE.MISSING', `The table ${table} is not there.`, error);
      });
    start = LastEvaluatedKey ?? 'end';
    yield {
      records: Items.map((item) => ({ place: keyPlace(table, item), item })),
      next: { start },
    };
  }
};

const keyPlace = (table: string, item: Item): string =>
  `${table} ${JSON.stringify([item['transaction_id'], item['created_at']])}`;
