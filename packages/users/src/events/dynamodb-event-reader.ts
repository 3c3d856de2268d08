import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { toSequence } from '../domain/sequence.ts';
import { fromEventItem } from './event-item.ts';
import type { EventReader, StoredEvent } from './event-store.ts';

const LAST_SEQUENCE = toSequence(Number.MAX_SAFE_INTEGER);

/** Events in a table with the key `AggregateID` S, `Sequence` S, for those who only read them. */
export class DynamoDBEventReader implements EventReader {
  protected readonly dynamodb: DynamoDBClient;
  readonly #events: string;

  constructor(dynamodb: DynamoDBClient, events: string) {
    this.dynamodb = dynamodb;
    this.#events = events;
  }

  async read(userId: string, fromVersion: number): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const item of this.items(userId, fromVersion)) {
      const event = fromEventItem(item);
      if (event) events.push(event);
    }
    return events;
  }

  /** The items of a user from a version on, those among them that other systems wrote, a page a request. */
  protected async *items(
    userId: string,
    fromVersion: number,
    order: { readonly ScanIndexForward?: boolean; readonly Limit?: number } = {},
  ): AsyncGenerator<Record<string, AttributeValue>> {
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.dynamodb.send(
        new QueryCommand({
          TableName: this.#events,
          KeyConditionExpression: 'AggregateID = :user AND #sequence BETWEEN :from AND :last',
          ExpressionAttributeNames: { '#sequence': 'Sequence' },
          ExpressionAttributeValues: {
            ':user': { S: userId },
            ':from': { S: toSequence(fromVersion) },
            ':last': { S: LAST_SEQUENCE },
          },
          ConsistentRead: true,
          ExclusiveStartKey: start,
          ...order,
        }),
      );
      yield* page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start);
  }
}
