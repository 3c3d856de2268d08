import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { AppError } from '@notify/shared-domain';
import {
  DynamoDBEventStore,
  DynamoDBKeyStore,
  DynamoDBUserRows,
  masterKey,
  readEvent,
  toSequence,
  type UserProjectionNames,
  UserRow,
  unsealWith,
  userProjection,
  VIEW_NAMES,
  type ViewName,
} from '@notify/users';
import type { DynamoDBRecord } from 'aws-lambda';
import { toolClient } from '../session/session.ts';

/** A row that is not what its events come to. */
interface UserDifference {
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
    const still = moving.length > 0 ? await compare(dynamodb, names, moving) : [];
    differences.push(...still.map(({ userId, view, defect }) => ({ userId, view, defect })));
  }
  return { users, differences };
};

/** A row that differs, and what it should be at the version that it has. */
interface Compared extends UserDifference {
  readonly version: number;
  readonly expected: UserRow;
}

const tablesOf = (names: UserProjectionNames): Readonly<Record<ViewName, string>> => ({
  detail: names.USER_DETAIL_TABLE,
  summary: names.USER_SUMMARY_TABLE,
});

const compare = async (
  dynamodb: DynamoDBClient,
  names: UserProjectionNames,
  userIds: readonly string[],
): Promise<Compared[]> => {
  const store = new DynamoDBEventStore(dynamodb, { events: names.EVENTS_TABLE });
  const keys = new DynamoDBKeyStore(
    dynamodb,
    names.USER_KEY_TABLE,
    masterKey(names.USER_MASTER_KEY, toolClient),
  );
  const rows = new DynamoDBUserRows(dynamodb, tablesOf(names));
  const [detail, summary] = await Promise.all(VIEW_NAMES.map((view) => rows.read(view, userIds)));
  const keyOf = await keys.find(userIds);
  const differences: Compared[] = [];
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
      const isBehind = found.version < events.length;
      if (!isBehind && JSON.stringify(found.fields) === JSON.stringify(expected.fields)) continue;
      const defect = isBehind ? 'behind' : 'wrong';
      differences.push({ userId, view, defect, version: found.version, expected });
    }
  }
  return differences;
};

const BATCH = 100;

/**
 * Brings every user's rows up to the user's last event, and makes those anew that are not the fold of the events: into empty tables
 * it builds both read models, beside a stream that keeps them current. Safe to repeat, and to run while commands come.
 *
 * @param onProgress told how many users are done
 * @throws AppError `STORE.THROTTLED`; what has been done stays
 */
export const rebuildUsers = async (
  dynamodb: DynamoDBClient,
  names: UserProjectionNames,
  onProgress: (users: number) => void = () => {},
): Promise<{ readonly users: number; readonly mended: number }> => {
  const project = userProjection(dynamodb, names);
  let users = 0;
  let mended = 0;
  for await (const userIds of userPages(dynamodb, names.EVENTS_TABLE)) {
    for (let start = 0; start < userIds.length; start += BATCH) {
      const batch = userIds.slice(start, start + BATCH);
      const { batchItemFailures } = await project(
        { Records: batch.map((userId, place) => touch(userId, place + 1)) },
        { remainingTimeMs: () => 60_000 },
      );
      if (batchItemFailures.length > 0) {
        throw new AppError('STORE.THROTTLED', { detail: 'Users could not be projected; run it again.' });
      }
      const wrong = (await compare(dynamodb, names, batch)).filter(({ defect }) => defect === 'wrong');
      for (const row of wrong) if (await mend(dynamodb, names, row)) mended++;
      users += batch.length;
      onProgress(users);
    }
  }
  return { users, mended };
};

/** Puts the right row in the place of a wrong one. False when that has moved on meanwhile; it is as wrong there, for the next run. */
const mend = async (
  dynamodb: DynamoDBClient,
  names: UserProjectionNames,
  { userId, view, version, expected }: Compared,
): Promise<boolean> => {
  const fields = Object.entries(expected.fields).flatMap(([name, value]) =>
    value === null ? [] : [[name, typeof value === 'number' ? { N: String(value) } : { S: value }] as const],
  );
  const put = new PutItemCommand({
    TableName: tablesOf(names)[view],
    Item: { UserID: { S: userId }, version: { S: toSequence(version) }, ...Object.fromEntries(fields) },
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': { S: toSequence(version) } },
  });
  try {
    await dynamodb.send(put);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

/** A record that only says that there is something to see to. */
const touch = (userId: string, place: number): DynamoDBRecord => ({
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { AggregateID: { S: userId }, Sequence: { S: toSequence(1) } },
    SequenceNumber: String(place),
  },
});
