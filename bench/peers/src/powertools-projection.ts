import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';

/** What a projection makes of a command record. */
type ToRow = (image: Record<string, unknown>) => object;

const EXPIRES_AT = 4_102_444_800;

/**
 * A stream into a read table by Powertools' batch processor, as its documentation shows it: a handler for one record, which puts its
 * row unless there is a newer one; what is removed leaves a mark behind.
 */
export const powertoolsProjection = (dynamodb: DynamoDBClient, TableName: string, toRow: ToRow) => {
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const processor = new BatchProcessor(EventType.DynamoDBStreams);
  const handle = async ({ dynamodb: change = {} }: DynamoDBRecord): Promise<void> => {
    const plain = (image: object = {}) => unmarshall(image as Record<string, AttributeValue>);
    const version = change.SequenceNumber?.padStart(40, '0');
    const row = change.NewImage ? toRow(plain(change.NewImage)) : { deleted: true, expires_at: EXPIRES_AT };
    try {
      await documents.send(
        new PutCommand({
          TableName,
          Item: { ...row, ...plain(change.Keys), version },
          ConditionExpression: 'attribute_not_exists(version) OR version < :version',
          ExpressionAttributeValues: { ':version': version },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };
  return (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
    processPartialResponse(event, handle, processor);
};
