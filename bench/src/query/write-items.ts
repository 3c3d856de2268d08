import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';

/** Puts at most 25 items, without a condition. */
export const writeItems = async (
  dynamodb: DynamoDBClient,
  table: string,
  items: readonly Item[],
): Promise<void> => {
  await dynamodb.send(
    new BatchWriteItemCommand({ RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) } }),
  );
};
