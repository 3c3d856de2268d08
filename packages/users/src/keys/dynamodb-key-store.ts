import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { getItems, type Item } from '@notify/dynamodb';
import { AppError } from '@notify/shared-domain';
import type { DataKey, KeyStore, MasterKey } from './key-store.ts';

/**
 * Wrapped keys in a table with the key `UserID` S. A forgotten key leaves `ErasedAt` behind, so that none takes its place. No key
 * is kept in memory: what is forgotten here is forgotten everywhere at once.
 */
export class DynamoDBKeyStore implements KeyStore {
  readonly #dynamodb: DynamoDBClient;
  readonly #table: string;
  readonly #masterKey: MasterKey;

  constructor(dynamodb: DynamoDBClient, table: string, masterKey: MasterKey) {
    this.#dynamodb = dynamodb;
    this.#table = table;
    this.#masterKey = masterKey;
  }

  async obtain(userId: string): Promise<DataKey> {
    const { Item: item } = await this.#dynamodb.send(
      new GetItemCommand({ TableName: this.#table, Key: { UserID: { S: userId } }, ConsistentRead: true }),
    );
    return item ? this.#open(userId, item) : this.#create(userId);
  }

  async find(userIds: readonly string[]): Promise<ReadonlyMap<string, DataKey>> {
    const wanted = userIds.map((userId) => ({ UserID: { S: userId } }));
    const items = await getItems(this.#dynamodb, this.#table, wanted);
    const keys = await Promise.all(
      items.map(async ({ UserID, WrappedKey }) => {
        const userId = UserID?.S ?? '';
        return WrappedKey?.B ? [[userId, await this.#masterKey.unwrap(WrappedKey.B, userId)] as const] : [];
      }),
    );
    return new Map(keys.flat());
  }

  async forget(userId: string): Promise<void> {
    const item = { UserID: { S: userId }, ErasedAt: { S: new Date().toISOString() } };
    await this.#dynamodb.send(new PutItemCommand({ TableName: this.#table, Item: item }));
  }

  async #create(userId: string): Promise<DataKey> {
    const { key, wrapped } = await this.#masterKey.generate(userId);
    const put = new PutItemCommand({
      TableName: this.#table,
      Item: { UserID: { S: userId }, WrappedKey: { B: wrapped } },
      ConditionExpression: 'attribute_not_exists(UserID)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await this.#dynamodb.send(put);
      return key;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException && error.Item)
        return this.#open(userId, error.Item);
      throw error;
    }
  }

  async #open(userId: string, { WrappedKey }: Item): Promise<DataKey> {
    if (!WrappedKey?.B) throw new AppError('USER.ERASED');
    return this.#masterKey.unwrap(WrappedKey.B, userId);
  }
}
