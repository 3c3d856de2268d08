import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { AppError } from '@notify/shared-domain';
import { readEvent, toSequence } from '@notify/user-domain';
import { DynamoDBEventStore, DynamoDBKeyStore, masterKey, unsealWith } from '@notify/user-event-store';
import type { DynamoDBRecord } from 'aws-lambda';
import { DynamoDBUserRows } from './adapters/dynamodb-user-rows.ts';
import { UserRow, VIEW_NAMES, type ViewName } from './application/user-rows.ts';
import { type UserProjectionNames, userProjection } from './user-projection-service.ts';

/** A row that is not what its events come to. */
export interface UserDifference {
  readonly userId: string;
  readonly view: ViewName;
  /** `behind`: events are not in it yet. `wrong`: it is not the fold of the events up to its version. */
  readonly defect: 'behind' | 'wrong';
}

export interface UserCheck {
  readonly users: number;
  readonly differences: readonly UserDifference[];
}

/**
 * The ids of all users, page by page.
 * @throws what DynamoDB throws
 */
async function* userPages(dynamodb: DynamoDBClient, table: string): AsyncGenerator<string[]> {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        TableName: table,
        ProjectionExpression: 'AggregateID',
        FilterExpression: '#sequence = :first',
        ExpressionAttributeNames: { '#sequence': 'Sequence' },
        ExpressionAttributeValues: { ':first': { S: toSequence(1) } },
        ExclusiveStartKey: start,
      }),
    );
    yield (page.Items ?? []).flatMap(({ AggregateID }) => AggregateID?.S ?? []);
    start = page.LastEvaluatedKey;
  } while (start);
}

/** Compares every user's rows with the fold of the user's events; one that differs is looked at a second time, for it may move. */
export const checkUsers = async (
  dynamodb: DynamoDBClient,
  names: UserProjectionNames,
): Promise<UserCheck> => {
  const differences: UserDifference[] = [];
  let users = 0;
  for await (const userIds of userPages(dynamodb, names.EVENTS_TABLE)) {
    users += userIds.length;
    const found = await compare(dynamodb, names, userIds);
    const moving = [...new Set(found.map(({ userId }) => userId))];
    if (moving.length > 0) differences.push(...(await compare(dynamodb, names, moving)));
  }
  return { users, differences };
};

const compare = async (
  dynamodb: DynamoDBClient,
  names: UserProjectionNames,
  userIds: readonly string[],
): Promise<UserDifference[]> => {
  const store = new DynamoDBEventStore(dynamodb, { events: names.EVENTS_TABLE });
  const keys = new DynamoDBKeyStore(dynamodb, names.USER_KEY_TABLE, masterKey(names.USER_MASTER_KEY));
  const rows = new DynamoDBUserRows(dynamodb, {
    detail: names.USER_DETAIL_TABLE,
    summary: names.USER_SUMMARY_TABLE,
  });
  const [detail, summary] = await Promise.all(VIEW_NAMES.map((view) => rows.read(view, userIds)));
  const keyOf = await keys.find(userIds);
  const differences: UserDifference[] = [];
  for (const userId of userIds) {
    const events = await store.read(userId, 1);
    for (const [view, items] of [
      ['detail', detail],
      ['summary', summary],
    ] as const) {
      const found = new UserRow(view, items?.get(userId));
      const expected = new UserRow(view, undefined);
      for (const event of events.slice(0, found.version)) {
        expected.apply(readEvent(event, unsealWith(keyOf.get(userId), userId, event.version)), event.version);
      }
      // A row that stands before the erasure still has what nobody can read any more: it is behind, not wrong.
      if (found.version < events.length) differences.push({ userId, view, defect: 'behind' });
      else if (JSON.stringify(found.fields) !== JSON.stringify(expected.fields)) {
        differences.push({ userId, view, defect: 'wrong' });
      }
    }
  }
  return differences;
};

const NUDGES = 100;

/**
 * Brings every user's rows up to the user's last event: into empty tables it builds both read models anew, beside a stream that
 * keeps them current. Safe to repeat, and to run while commands come.
 *
 * @param onProgress told how many users are done
 */
export const rebuildUsers = async (
  dynamodb: DynamoDBClient,
  names: UserProjectionNames,
  onProgress: (users: number) => void = () => {},
): Promise<number> => {
  const project = userProjection(dynamodb, names);
  let users = 0;
  for await (const userIds of userPages(dynamodb, names.EVENTS_TABLE)) {
    for (let start = 0; start < userIds.length; start += NUDGES) {
      const nudged = userIds.slice(start, start + NUDGES);
      const { batchItemFailures } = await project(
        { Records: nudged.map((userId, place) => nudge(userId, place + 1)) },
        { remainingTimeMs: () => 60_000 },
      );
      if (batchItemFailures.length > 0) {
        throw new AppError('STORE.THROTTLED', { detail: 'Users could not be projected; run it again.' });
      }
      users += nudged.length;
      onProgress(users);
    }
  }
  return users;
};

const nudge = (userId: string, place: number): DynamoDBRecord => ({
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { AggregateID: { S: userId }, Sequence: { S: toSequence(1) } },
    SequenceNumber: String(place),
  },
});
