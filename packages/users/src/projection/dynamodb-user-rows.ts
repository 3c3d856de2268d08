import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { getItems, type Item } from '@notify/dynamodb';
import type { UserRowReader } from './user-projection.ts';
import type { ViewName } from './user-rows.ts';

/** The users' rows in tables with the key `UserID` S. */
export class DynamoDBUserRows implements UserRowReader {
  readonly #dynamodb: DynamoDBClient;
  readonly #tables: Readonly<Record<ViewName, string>>;

  constructor(dynamodb: DynamoDBClient, tables: Readonly<Record<ViewName, string>>) {
    this.#dynamodb = dynamodb;
    this.#tables = tables;
  }

  async read(view: ViewName, userIds: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const keys = userIds.map((userId) => ({ UserID: { S: userId } }));
    const items = await getItems(this.#dynamodb, this.#tables[view], keys);
    return new Map(items.map((item) => [item['UserID']?.S ?? '', item]));
  }
}
