import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';

/** What belongs to a person in each table that holds it as it is. */
const PRIVATE_ATTRIBUTES = {
  'command-records': [
    'transaction_id',
    'user_id',
    'marketing_id',
    'notification_title',
    'notification_body',
    'payload',
    'device_token',
  ],
  UserDetailTable: ['UserID', 'Name', 'Email'],
} as const;

/** Everything that the suite has written and that belongs to a person: in no log may any of it stand. */
export const privateTexts = async (endpoint: string): Promise<string[]> => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }),
  );
  const texts: string[] = [];
  for (const [TableName, attributes] of Object.entries(PRIVATE_ATTRIBUTES)) {
    for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
      for (const item of Items) for (const name of attributes) texts.push(String(item[name] ?? ''));
    }
  }
  client.destroy();
  return texts;
};
