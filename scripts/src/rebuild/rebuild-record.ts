import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import {
  type Phase,
  type Placement,
  placementOf,
  type Rebuild,
  readRebuild,
  rebuildKey,
} from '@notify/read-model';
import { NotifyError } from '../session/notify-error.ts';
import type { TableNames } from '../session/table-names.ts';

export interface RebuildState {
  readonly placement: Placement;
  readonly rebuild: Rebuild | undefined;
}

type Keys = Pick<TableNames, 'notifications' | 'readModels'>;

/** The control table as the rebuild writes it. Each change states what it found, so that two operators cannot cross each other. */
export class RebuildRecord {
  readonly #dynamodb: DynamoDBClient;
  readonly #table: string;
  readonly #readModel: string;

  constructor(dynamodb: DynamoDBClient, { readModels, notifications }: Keys) {
    this.#dynamodb = dynamodb;
    this.#table = readModels;
    this.#readModel = notifications;
  }

  async read(): Promise<RebuildState> {
    const key = { table: this.#table, readModel: this.#readModel };
    const [placement, rebuild] = await Promise.all([
      placementOf(this.#dynamodb, key),
      readRebuild(this.#dynamodb, key),
    ]);
    return { placement, rebuild };
  }

  /** Makes a table the standby one, from which moment on the stream keeps it current, and begins to keep account of its filling. */
  async begin(active: string, standby: string, segments: number, now: number): Promise<void> {
    await this.#transact([
      {
        Put: {
          TableName: this.#table,
          Item: { ...this.#placementKey, active: { S: active }, standby: { S: standby } },
          ConditionExpression:
            'attribute_not_exists(read_model) OR (active = :active AND attribute_not_exists(standby))',
          ExpressionAttributeValues: { ':active': { S: active } },
        },
      },
      {
        Put: {
          TableName: this.#table,
          Item: {
            ...this.#rebuildKey,
            phase: { S: 'filling' satisfies Phase },
            build_table: { S: standby },
            replaces: { S: active },
            started_at: { N: String(now) },
            cursors: { L: Array.from({ length: segments }, () => ({ NULL: true as const })) },
            filled: { N: '0' },
          },
          ConditionExpression: 'attribute_not_exists(read_model)',
        },
      },
    ]);
  }

  /** Notes how far a segment has come; once, however often the SDK has to try it. */
  async advance(segment: number, next: Item | undefined, count: number): Promise<void> {
    const cursor = next ? { M: next } : { S: 'done' };
    const update = new UpdateItemCommand({
      TableName: this.#table,
      Key: this.#rebuildKey,
      UpdateExpression: `SET cursors[${segment}] = :next ADD filled :count`,
      ConditionExpression: `attribute_exists(read_model) AND cursors[${segment}] <> :next`,
      ExpressionAttributeValues: { ':next': cursor, ':count': { N: String(count) } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await this.#dynamodb.send(update);
    } catch (error) {
      const isNoted =
        error instanceof ConditionalCheckFailedException &&
        isDeepStrictEqual(error.Item?.['cursors']?.L?.[segment], cursor);
      if (!isNoted) throw error;
    }
  }

  async enter(phase: Phase): Promise<void> {
    await this.#dynamodb.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: this.#rebuildKey,
        UpdateExpression: 'SET phase = :phase',
        ConditionExpression: 'attribute_exists(read_model)',
        ExpressionAttributeValues: { ':phase': { S: phase } },
      }),
    );
  }

  /** Announces that both tables change roles at a time. From here on it happens, whatever becomes of this process. */
  async announceSwitch({ active, standby }: Placement, switchAt: number, phase: Phase): Promise<void> {
    await this.#transact([
      {
        Update: {
          TableName: this.#table,
          Key: this.#placementKey,
          UpdateExpression: 'SET switch_at = :at',
          ConditionExpression: 'active = :active AND standby = :standby AND attribute_not_exists(switch_at)',
          ExpressionAttributeValues: {
            ':at': { N: String(switchAt) },
            ':active': { S: active },
            ':standby': { S: standby ?? '' },
          },
        },
      },
      this.#phase(phase),
    ]);
  }

  /** Writes down a switch that has passed; what every instance sees stays the same. */
  async settleSwitch({ active, standby, switchAt }: Placement, phase: Phase): Promise<void> {
    await this.#transact([
      {
        Update: {
          TableName: this.#table,
          Key: this.#placementKey,
          UpdateExpression: 'SET active = :standby, standby = :active REMOVE switch_at',
          ConditionExpression: 'active = :active AND standby = :standby AND switch_at = :at',
          ExpressionAttributeValues: {
            ':at': { N: String(switchAt) },
            ':active': { S: active },
            ':standby': { S: standby ?? '' },
          },
        },
      },
      this.#phase(phase),
    ]);
  }

  /** Lets go of the standby table: the stream keeps it current no longer, and the rebuild is over. */
  async dropStandby({ active, standby }: Placement): Promise<void> {
    await this.#transact([
      {
        Update: {
          TableName: this.#table,
          Key: this.#placementKey,
          UpdateExpression: 'REMOVE standby',
          ConditionExpression: 'active = :active AND standby = :standby AND attribute_not_exists(switch_at)',
          ExpressionAttributeValues: { ':active': { S: active }, ':standby': { S: standby ?? '' } },
        },
      },
      { Delete: { TableName: this.#table, Key: this.#rebuildKey } },
    ]);
  }

  get #placementKey(): Item {
    return { read_model: { S: this.#readModel } };
  }

  get #rebuildKey(): Item {
    return rebuildKey({ readModel: this.#readModel });
  }

  #phase(phase: Phase) {
    return {
      Update: {
        TableName: this.#table,
        Key: this.#rebuildKey,
        UpdateExpression: 'SET phase = :phase',
        ConditionExpression: 'attribute_exists(read_model)',
        ExpressionAttributeValues: { ':phase': { S: phase } },
      },
    };
  }

  async #transact(
    items: ConstructorParameters<typeof TransactWriteItemsCommand>[0]['TransactItems'],
  ): Promise<void> {
    try {
      await this.#dynamodb.send(new TransactWriteItemsCommand({ TransactItems: items }));
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      throw new NotifyError(
        'REBUILD.IN_PROGRESS',
        'Someone else has changed the placement meanwhile.',
        error,
      );
    }
  }
}
