import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** A function behind an API as its author writes it with the SDK as it comes: it asks one question, and checks nothing. */
export const handler = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
  const { Items: data = [] } = await documents.send(
    new QueryCommand({
      TableName: process.env['NOTIFICATION_TABLE'],
      KeyConditionExpression: 'transaction_id = :id',
      ExpressionAttributeValues: { ':id': event.queryStringParameters?.['transaction_id'] },
      ScanIndexForward: false,
      Limit: 100,
    }),
  );
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ success: true, data, total_count: data.length }),
  };
};
