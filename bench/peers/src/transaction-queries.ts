import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as toolbox from 'dynamodb-toolbox';
import { Entity } from 'electrodb';

/** The newest notifications of a transaction, so many, as the text of an answer; behind a row, when one is given. */
export type TransactionQuery = (
  transaction_id: string,
  limit: number,
  after?: { readonly transaction_id: string; readonly created_at: number },
) => Promise<string>;

/** One Query by the SDK's document client, as it comes. */
export const rawQuery = (dynamodb: DynamoDBClient, table: string): TransactionQuery => {
  const documents = DynamoDBDocumentClient.from(dynamodb);
  return async (transaction_id, limit, after) => {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'transaction_id = :id',
        ExpressionAttributeValues: { ':id': transaction_id },
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey: after,
      }),
    );
    return JSON.stringify({ success: true, data: Items, total_count: Items.length, LastEvaluatedKey });
  };
};

/** Partitions of an index over which rows of one kind are spread. */
export interface SpreadRows {
  readonly index: string;
  readonly key: string;
  readonly partitions: readonly (string | number)[];
}

/** The newest of rows that are spread over partitions: by the SDK's document client a full page of each, of which the newest are kept. */
export const rawSpreadQuery = (
  dynamodb: DynamoDBClient,
  table: string,
  { index, key, partitions }: SpreadRows,
): ((limit: number) => Promise<string>) => {
  const documents = DynamoDBDocumentClient.from(dynamodb);
  return async (limit) => {
    const pages = await Promise.all(
      partitions.map((partition) =>
        documents.send(
          new QueryCommand({
            TableName: table,
            IndexName: index,
            KeyConditionExpression: '#key = :partition',
            ExpressionAttributeNames: { '#key': key },
            ExpressionAttributeValues: { ':partition': partition },
            ScanIndexForward: false,
            Limit: limit,
          }),
        ),
      ),
    );
    const data = pages
      .flatMap(({ Items = [] }) => Items)
      .sort((a, b) => b['created_at'] - a['created_at'])
      .slice(0, limit);
    return JSON.stringify({ success: true, data, total_count: data.length });
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

/** A DynamoDB-Toolbox entity over the same table, with the key that is there. */
export const toolboxQuery = (dynamodb: DynamoDBClient, table: string): TransactionQuery => {
  const { item, number, string } = toolbox;
  const rows = new toolbox.Table({
    name: table,
    documentClient: DynamoDBDocumentClient.from(dynamodb),
    partitionKey: { name: 'transaction_id', type: 'string' },
    sortKey: { name: 'created_at', type: 'number' },
  });
  const notifications = new toolbox.Entity({
    name: 'notification',
    table: rows,
    timestamps: false,
    entityAttribute: false,
    schema: item({
      transaction_id: string().key(),
      created_at: number().key(),
      user_id: string().optional(),
      marketing_id: string().optional(),
      notification_title: string().optional(),
      notification_body: string().optional(),
      status: string().optional(),
      platform: string().optional(),
      token: string().optional(),
      error_msg: string().optional(),
      ap_id: string().optional(),
      send_ts: number().optional(),
      delivered_ts: number().optional(),
      failed_ts: number().optional(),
    }),
  });
  return async (transaction_id, limit) => {
    const { Items = [], LastEvaluatedKey } = await rows
      .build(toolbox.QueryCommand)
      .entities(notifications)
      .query({ partition: transaction_id })
      // The rows are the projection's and name no entity.
      .options({ limit, reverse: true, entityAttrFilter: false })
      .send();
    return JSON.stringify({ success: true, data: Items, total_count: Items.length, LastEvaluatedKey });
  };
};
