import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { PART_PREFIX, PARTITION_KEY, SORT_KEY, type StoredPart, toPart } from './part-item.ts';

/** All parts of a campaign, as they are now. */
export const readParts = async (
  dynamodb: DynamoDBClient,
  table: string,
  marketingId: string,
): Promise<StoredPart[]> => {
  const parts: StoredPart[] = [];
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: '#campaign = :campaign AND begins_with(#part, :prefix)',
      ExpressionAttributeNames: { '#campaign': PARTITION_KEY, '#part': SORT_KEY },
      ExpressionAttributeValues: { ':campaign': { S: marketingId }, ':prefix': { S: PART_PREFIX } },
    },
  );
  for await (const { Items = [] } of pages) parts.push(...Items.map(toPart));
  return parts;
};
