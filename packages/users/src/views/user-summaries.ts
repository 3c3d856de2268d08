import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { UserList, UserSummary } from '../domain/views.ts';
import { encodeUserCursor, type ListQuery } from './list-query.ts';

/**
 * A page of `UserSummaryTable`. It is a Scan, for every row of the table is wanted: with a limit and without a filter it reads the
 * rows that it gives and no others, so a page costs the same however many users there are. See docs/event-sourcing.md.
 */
export const listUsers =
  (dynamodb: DynamoDBClient, table: string) =>
  async ({ limit, after }: ListQuery): Promise<UserList> => {
    const { Items: items = [], LastEvaluatedKey: last } = await dynamodb.send(
      new ScanCommand({
        TableName: table,
        Limit: limit,
        ExclusiveStartKey: after === undefined ? undefined : { UserID: { S: after } },
        ProjectionExpression: 'UserID, #name',
        ExpressionAttributeNames: { '#name': 'Name' },
      }),
    );
    const users = items.map(
      ({ UserID, Name }): UserSummary => ({ UserID: UserID?.S ?? '', Name: Name?.S ?? null }),
    );
    const next = last?.['UserID']?.S;
    return next === undefined ? { users } : { users, next_cursor: encodeUserCursor(next) };
  };
