import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Entity } from 'electrodb';

/** The newest notifications of a transaction, so many, as the text of an answer. */
export type TransactionQuery = (transaction_id: string, limit: number) => Promise<string>;

/** One Query by the SDK's document client, as it comes. */
export const rawQuery = (dynamodb: DynamoDBClient, table: string): TransactionQuery => {
  const documents = DynamoDBDocumentClient.from(dynamodb);
  return async (transaction_id, limit) => {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'transaction_id = :id',
        ExpressionAttributeValues: { ':id': transaction_id },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return JSON.stringify({ success: true, data: Items, total_count: Items.length, LastEvaluatedKey });
  };
};

/** An ElectroDB entity over the same table, with the key that is there. */
export const electroQuery = (dynamodb: DynamoDBClient, table: string): TransactionQuery => {
  const notifications = new Entity(
    {
      model: { entity: 'notification', version: '1', service: 'notify' },
      attributes: {
        transaction_id: { type: 'string', required: true },
        created_at: { type: 'number', required: true },
        user_id: { type: 'string' },
        marketing_id: { type: 'string' },
        notification_title: { type: 'string' },
        notification_body: { type: 'string' },
        status: { type: 'string' },
        platform: { type: 'string' },
        token: { type: 'string' },
        error_msg: { type: 'string' },
        ap_id: { type: 'string' },
        send_ts: { type: 'number' },
        delivered_ts: { type: 'number' },
        failed_ts: { type: 'number' },
      },
      indexes: {
        transaction: {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: ElectroDB's own templates are written so.
          pk: { field: 'transaction_id', composite: ['transaction_id'], template: '${transaction_id}' },
          sk: { field: 'created_at', composite: ['created_at'] },
        },
      },
    },
    { client: dynamodb, table },
  );
  return async (transaction_id, limit) => {
    const { data, cursor } = await notifications.query
      .transaction({ transaction_id })
      // The rows are the projection's and carry none of ElectroDB's marks.
      .go({ limit, order: 'desc', ignoreOwnership: true, hydrate: false });
    return JSON.stringify({ success: true, data, total_count: data.length, cursor });
  };
};
