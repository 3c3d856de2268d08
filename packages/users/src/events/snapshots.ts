import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { User } from '../domain/user-decider.ts';

/** Of the state in a snapshot; to be raised with every change of what `evolve` makes of events. */
const SNAPSHOT_SCHEMA = 1;

/** A user's state at one version: a shortcut past the events before it, and nothing that could not be thrown away. */
export interface Snapshot {
  readonly userId: string;
  readonly version: number;
  /** The command of the event at that version; a snapshot of other events than the stored ones shows by it. */
  readonly commandId: string;
  readonly state: User;
}

export interface Snapshots {
  /** The newest snapshot that this code can read; undefined when there is none. */
  find(userId: string): Promise<Snapshot | undefined>;
  /** Keeps the snapshot unless there is a newer one of the same schema. */
  save(snapshot: Snapshot): Promise<void>;
}

const NumberText = z.pipe(
  z.string(),
  z.transform((text: string) => Number(text)),
);
const Item = z.object({
  UserID: z.object({ S: z.string() }),
  Version: z.object({ N: z.pipe(NumberText, z.int().check(z.positive())) }),
  SchemaVersion: z.object({ N: z.literal(String(SNAPSHOT_SCHEMA)) }),
  CommandID: z.object({ S: z.string() }),
  Status: z.object({ S: z.enum(['active', 'erased']) }),
  Balance: z.object({ N: z.pipe(NumberText, z.int()) }),
});

/** Snapshots in a table with the key `UserID` S. */
export class DynamoDBSnapshots implements Snapshots {
  readonly #dynamodb: DynamoDBClient;
  readonly #table: string;

  constructor(dynamodb: DynamoDBClient, table: string) {
    this.#dynamodb = dynamodb;
    this.#table = table;
  }

  async find(userId: string): Promise<Snapshot | undefined> {
    const { Item: item } = await this.#dynamodb.send(
      new GetItemCommand({ TableName: this.#table, Key: { UserID: { S: userId } } }),
    );
    const parsed = Item.safeParse(item);
    if (!parsed.success) return undefined;
    const { Version, CommandID, Status, Balance } = parsed.data;
    return {
      userId,
      version: Version.N,
      commandId: CommandID.S,
      state: { status: Status.S, balance: Balance.N },
    };
  }

  async save({ userId, version, commandId, state }: Snapshot): Promise<void> {
    const put = new PutItemCommand({
      TableName: this.#table,
      Item: {
        UserID: { S: userId },
        Version: { N: String(version) },
        SchemaVersion: { N: String(SNAPSHOT_SCHEMA) },
        CommandID: { S: commandId },
        Status: { S: state.status },
        Balance: { N: String(state.balance) },
      },
      ConditionExpression: 'attribute_not_exists(UserID) OR Version < :version OR SchemaVersion <> :schema',
      ExpressionAttributeValues: {
        ':version': { N: String(version) },
        ':schema': { N: String(SNAPSHOT_SCHEMA) },
      },
    });
    try {
      await this.#dynamodb.send(put);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
