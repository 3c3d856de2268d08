import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** How many items a table is said to hold, for a progress bar: AWS counts about every six hours. */
export const itemCount = async (dynamodb: DynamoDBClient, table: string): Promise<number> => {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table }));
  return Table?.ItemCount ?? 0;
};
