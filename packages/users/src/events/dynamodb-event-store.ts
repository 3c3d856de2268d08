import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { UserEvent } from '../domain/event.ts';
import { DynamoDBEventReader } from './dynamodb-event-reader.ts';
import { fromEventItem, toEventItem } from './event-item.ts';
import type { AppendOutcome, EventStore, LastEvent, NewEvent, Receipt } from './event-store.ts';
import { fromStoredState } from './stored-state.ts';

/** How long a receipt stays, and with it the promise that a repeated command is stored once. */
export const RECEIPT_HOURS = 24;

export interface DynamoDBEventStoreOptions {
  readonly events: string;
  /** Holds the receipts; only who appends with a receipt needs it. */
  readonly receipts?: string;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

const STORED: AppendOutcome = { status: 'stored' };
const CONFLICT: AppendOutcome = { status: 'conflict' };

/** Events in a table with the key `AggregateID` S, `Sequence` S; receipts in one with the key `id` S. */
export class DynamoDBEventStore extends DynamoDBEventReader implements EventStore {
  readonly #events: string;
  readonly #receipts: string | undefined;
  readonly #clock: () => number;

  constructor(dynamodb: DynamoDBClient, { events, receipts, clock = Date.now }: DynamoDBEventStoreOptions) {
    super(dynamodb, events);
    this.#events = events;
    this.#receipts = receipts;
    this.#clock = clock;
  }

  async last(userId: string): Promise<LastEvent | undefined> {
    for await (const item of this.items(userId, 1, { ScanIndexForward: false, Limit: 1 })) {
      const event = fromEventItem(item);
      if (event) return { ...event, state: fromStoredState(item['State']) };
    }
    return undefined;
  }

  // #region append
  async append(event: NewEvent, receipt?: Receipt): Promise<AppendOutcome> {
    const put = {
      TableName: this.#events,
      Item: toEventItem(event, new Date(this.#clock()).toISOString()),
      ConditionExpression: 'attribute_not_exists(AggregateID)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    try {
      if (receipt) await this.dynamodb.send(this.#withReceipt(put, receipt));
      else await this.dynamodb.send(new PutItemCommand(put));
      return STORED;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        // The first try may have been executed and its answer lost.
        return error.Item?.['CommandID']?.S === event.commandId ? STORED : CONFLICT;
      }
      if (error instanceof TransactionCanceledException) return outcomeOf(error);
      throw error;
    }
  }
  // #endregion append

  async receipt(commandId: string): Promise<Receipt | undefined> {
    const { Item: item } = await this.dynamodb.send(
      new GetItemCommand({
        TableName: this.#receipts,
        Key: { id: { S: receiptId(commandId) } },
        ConsistentRead: true,
      }),
    );
    return item && fromReceiptItem(item);
  }

  #withReceipt(put: NonNullable<TransactWriteItem['Put']>, receipt: Receipt): TransactWriteItemsCommand {
    const receiptPut = {
      TableName: this.#receipts,
      Item: toReceiptItem(receipt, Math.floor(this.#clock() / 1_000) + RECEIPT_HOURS * 3_600),
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    return new TransactWriteItemsCommand({ TransactItems: [{ Put: receiptPut }, { Put: put }] });
  }
}

type TransactWriteItem = NonNullable<
  ConstructorParameters<typeof TransactWriteItemsCommand>[0]['TransactItems']
>[number];

/** What a cancelled transaction comes to; any reason that is not about the two conditions goes on as the error it is. */
const outcomeOf = (error: TransactionCanceledException): AppendOutcome => {
  const reasons = error.CancellationReasons ?? [];
  const [receipt] = reasons;
  if (receipt?.Code === 'ConditionalCheckFailed' && receipt.Item) {
    return { status: 'known', receipt: fromReceiptItem(receipt.Item) };
  }
  const isConflict = ({ Code }: { Code?: string | undefined }) =>
    Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict';
  if (reasons.some(isConflict)) return CONFLICT;
  throw error;
};

const receiptId = (commandId: string): string => `receipt#${commandId}`;

const toReceiptItem = (receipt: Receipt, expiration: number): Record<string, AttributeValue> => ({
  id: { S: receiptId(receipt.commandId) },
  command_id: { S: receipt.commandId },
  fingerprint: { S: receipt.fingerprint },
  user_id: { S: receipt.userId },
  event_type: { S: receipt.type },
  version: { N: String(receipt.version) },
  expiration: { N: String(expiration) },
});

const fromReceiptItem = (item: Readonly<Record<string, AttributeValue>>): Receipt => ({
  commandId: item['command_id']?.S ?? '',
  fingerprint: item['fingerprint']?.S ?? '',
  userId: item['user_id']?.S ?? '',
  type: item['event_type']?.S as UserEvent['type'],
  version: Number(item['version']?.N),
});
