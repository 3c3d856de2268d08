import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { NotificationKey } from '@notify/shared-domain';
import type { Stage } from './stage.ts';

/** What the quarantine of a stage has of a command. */
export const quarantined = async (
  { documents, table }: Stage,
  { transaction_id, created_at }: NotificationKey,
): Promise<Record<string, unknown>[]> => {
  const key = JSON.stringify([transaction_id, String(created_at)]);
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: table('projection-quarantine'),
      KeyConditionExpression: 'table_key = :key',
      ExpressionAttributeValues: { ':key': `${table('command-records')}#${key}` },
      ConsistentRead: true,
    }),
  );
  return Items;
};
