import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, loadTables } from '@notify/dynamodb';
import { createTables } from '@notify/dynamodb-local';
import { aProxyEvent } from '@notify/lambda-runtime/testing';
import { aCommand } from '@notify/shared-domain/testing';
import { aStreamEvent, aStreamRecord } from '@notify/stream-projection/testing';
import { createUserCommands } from '@notify/users';
import { createUser, eventRecords, type UserNames, userTables } from '@notify/users/testing';

/** What a function is called with first; another user or notification for each start, so that each has as much to do. */
export type FirstEvent = (start: number) => object;

/** The first events of all functions, by name, and the tables with what they need to be answered well. */
export const prepareFirstEvents = async (
  endpoint: string,
  masterKey: string,
  starts: number,
): Promise<Readonly<Record<string, FirstEvent>>> => {
  const dynamodb = new DynamoDBClient({ ...LOCAL_AWS, endpoint });
  try {
    await createTables(dynamodb, loadTables());
    const names: UserNames = {
      ...(await userTables(async (name) => name)),
      USER_MASTER_KEY: masterKey,
    };
    const userIds = Array.from({ length: starts }, (_, start) => `projected-${start}`);
    const commands = createUserCommands(dynamodb, names);
    for (const id of userIds) await commands.execute(createUser({}, id));
    const { records } = await eventRecords(dynamodb, names, userIds);
    const created = new Map(records.map((record) => [record.dynamodb?.Keys?.['AggregateID']?.S, record]));
    await dynamodb.send(
      new PutItemCommand({
        TableName: names.USER_DETAIL_TABLE,
        Item: { UserID: { S: 'found' }, Name: { S: 'Alice' }, Balance: { N: '0' }, version: { S: '1' } },
      }),
    );
    return {
      'query-lambda': () => aProxyEvent({ path: '/query/user', parameters: { user_id: 'test_user_001' } }),
      'query-result-lambda': () => aProxyEvent({ path: '/tx', parameters: { transaction_id: 'tx_001' } }),
      'pipeline-query-lambda': () => aProxyEvent({ path: '/status' }),
      'stream-processor-lambda': commandWritten,
      'campaign-projection-lambda': (start) => ({ ...commandWritten(start), shardId: 'shard-1' }),
      'user-command-lambda': (start) =>
        aProxyEvent({
          method: 'POST',
          path: '/command',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(createUser({}, `commanded-${start}`)),
        }),
      'user-projection-lambda': (start) => aStreamEvent(created.get(`projected-${start}`) as never),
      'user-list-lambda': () => aProxyEvent({ path: '/list' }),
      'user-detail-lambda': () => aProxyEvent({ path: '/detail', parameters: { user_id: 'found' } }),
    };
  } finally {
    dynamodb.destroy();
  }
};

const commandWritten: FirstEvent = (start) => {
  const { transaction_id, created_at, ...image } = aCommand({
    created_at: 1_704_067_200_000 + start,
    marketing_id: 'c',
  });
  const record = aStreamRecord({
    table: 'command-records',
    sequenceNumber: start + 1,
    keys: { transaction_id, created_at },
    image,
  });
  return aStreamEvent(record);
};
