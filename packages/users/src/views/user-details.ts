import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { fromSequence } from '../domain/sequence.ts';
import type { FindUser } from './read-user.ts';

/** Finds users by the key of `UserDetailTable`. */
export const findUser =
  (dynamodb: DynamoDBClient, table: string): FindUser =>
  async (userId, read) => {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({
        TableName: table,
        Key: { UserID: { S: userId } },
        ConsistentRead: read === 'current',
      }),
    );
    if (!item) return undefined;
    const { Name, Email, Balance, version } = item;
    return {
      version: fromSequence(version?.S) ?? 0,
      user: {
        UserID: userId,
        Name: Name?.S ?? null,
        Email: Email?.S ?? null,
        Balance: Number(Balance?.N ?? 0),
      },
    };
  };
