import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, loadTables, toItem } from '@notify/dynamodb';
import { createTables } from '@notify/dynamodb-local';
import { aCommand } from '@notify/shared-domain/testing';
import type { Programs } from './programs.ts';

/** Who sends the request, which decides what its failure has to end in. */
type Caller =
  /** A function or service that somebody waits for. */
  | 'answer'
  /** A function behind a stream, whose batch comes again. */
  | 'stream'
  /** The operator's command line. */
  | 'tool';

/** One way through the real code that sends requests to AWS. */
export interface Scenario {
  readonly name: string;
  /** What is run; what one of its ways has shown of a request, another one need not show again. */
  readonly program: string;
  readonly caller: Caller;
  /** Makes tables, of which the local database bears few at once. */
  readonly heavy?: true;
  /** What it ends in when nothing fails. */
  readonly undisturbed: string;
  /**
   * Goes the way once.
   * @param url the case's endpoint
   * @param id its name, for whatever the case writes
   * @returns in one line what came of it
   */
  run(url: string, id: string): Promise<string>;
}

const KEY_ARN = 'arn:aws:kms:us-east-1:000000000000:key/user-data';

/** The first words of an HTTP answer: status and code. */
const ofHttp = (payload: string): string => {
  const { statusCode, body } = JSON.parse(payload) as { statusCode?: number; body?: string };
  if (statusCode === undefined) return payload.slice(0, 120);
  const { code } = JSON.parse(body ?? '{}') as { code?: string };
  return code ? `${statusCode} ${code}` : String(statusCode);
};

const proxyEvent = (method: string, path: string, parameters: Record<string, string> = {}, body?: object) =>
  JSON.stringify({
    httpMethod: method,
    resource: path,
    path,
    headers: { 'Content-Type': 'application/json', ...(body ? { 'Idempotency-Key': randomUUID() } : {}) },
    queryStringParameters: parameters,
    multiValueQueryStringParameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, [value]]),
    ),
    requestContext: { requestId: 'fault-matrix' },
    body: body ? JSON.stringify(body) : null,
  });

/** What a function behind a stream says of its batch. */
const ofBatch = (payload: string): string => {
  const { batchItemFailures, errorType } = JSON.parse(payload) as {
    batchItemFailures?: readonly unknown[];
    errorType?: string;
  };
  if (errorType) return `failed as a whole: ${errorType}`;
  return batchItemFailures?.length ? 'the batch comes again' : 'done';
};

const streamEvent = (table: string, records: readonly object[]) =>
  JSON.stringify({
    shardId: `shardId-${randomUUID()}`,
    window: { start: new Date(0).toISOString(), end: new Date().toISOString() },
    state: {},
    isFinalInvokeForWindow: false,
    isWindowTerminatedEarly: false,
    eventSourceARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/2026-01-01T00:00:00.000`,
    Records: records.map((record, index) => ({
      eventID: `event-${index}`,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/2026-01-01T00:00:00.000`,
      eventName: 'INSERT',
      ...record,
    })),
  });

const insert = (keys: Item, image: Item, sequence: number) => ({
  dynamodb: {
    ApproximateCreationDateTime: Date.now() / 1000,
    Keys: keys,
    NewImage: { ...keys, ...image },
    SequenceNumber: String(sequence),
    SizeBytes: 100,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
});

const commandKey = (id: string, n: number): Item => ({
  transaction_id: { S: `${id}-${n}` },
  created_at: { N: String(1_700_000_000_000 + n) },
});
const commandOf = (id: string, fields: object = {}): Item => {
  const {
    transaction_id: _,
    created_at: __,
    ...rest
  } = toItem({
    ...aCommand({ marketing_id: id, user_id: id }),
    ...fields,
  });
  return rest;
};

/** The functions that answer, each over its routes. */
const answering = (programs: Programs): Scenario[] => {
  const overHttp = (name: string, fn: string, event: (id: string) => string): Scenario => ({
    name,
    program: fn,
    caller: 'answer',
    undisturbed: '200',
    run: async (url, id) => ofHttp(await programs.invoke(fn, url, event(id))),
  });
  const query = (name: string, path: string, parameters: Record<string, string>) =>
    overHttp(name, 'query-result-lambda', () => proxyEvent('GET', path, parameters));
  return [
    query('query by transaction', '/tx', { transaction_id: 'tx' }),
    query('query of failures', '/fail', {}),
    query('query by message', '/sns', { sns_id: 'sns' }),
    {
      ...query('report of a campaign', '/query/campaign', { marketing_id: 'nothing' }),
      undisturbed: '404 CAMPAIGN.NOT_FOUND',
    },
    query('list of campaigns', '/campaigns', {}),
    ...(['user', 'marketing'] as const).map(
      (query_type): Scenario => ({
        name: `direct query by ${query_type}`,
        program: 'query-result-lambda',
        caller: 'answer',
        undisturbed: '200',
        run: async (url) => {
          const parameter = query_type === 'user' ? { user_id: 'u' } : { marketing_id: 'm' };
          const payload = await programs.invoke(
            'query-result-lambda',
            url,
            JSON.stringify({ query_type, ...parameter }),
          );
          const { success, status, code } = JSON.parse(payload) as {
            success?: boolean;
            status?: number;
            code?: string;
          };
          return success ? '200' : `${status} ${code}`;
        },
      }),
    ),
    overHttp('first command on a user', 'user-command-lambda', (id) =>
      proxyEvent('POST', '/command', {}, createUser(id)),
    ),
    {
      name: 'second command on a user',
      program: 'user-command-lambda',
      caller: 'answer',
      undisturbed: '200',
      run: async (url, id) => {
        await programs.prepare('user-command-lambda', proxyEvent('POST', '/command', {}, createUser(id)));
        const change = { user_id: id, event_type: 'USER_BALANCE', payload: { delta: 1 } };
        return ofHttp(
          await programs.invoke('user-command-lambda', url, proxyEvent('POST', '/command', {}, change)),
        );
      },
    },
    {
      name: 'a command on a user that is refused',
      program: 'user-command-lambda',
      caller: 'answer',
      undisturbed: '404 USER.NOT_FOUND',
      run: async (url, id) => {
        const change = { user_id: id, event_type: 'USER_BALANCE', payload: { delta: 1 } };
        return ofHttp(
          await programs.invoke('user-command-lambda', url, proxyEvent('POST', '/command', {}, change)),
        );
      },
    },
    overHttp('list of users', 'user-list-lambda', () => proxyEvent('GET', '/list')),
    {
      name: 'one user',
      program: 'user-detail-lambda',
      caller: 'answer',
      undisturbed: '404 USER.NOT_FOUND',
      run: async (url) =>
        ofHttp(
          await programs.invoke(
            'user-detail-lambda',
            url,
            proxyEvent('GET', '/detail', { user_id: 'nobody' }),
          ),
        ),
    },
    {
      name: 'query through the service',
      program: 'query-service',
      caller: 'answer',
      undisturbed: '200',
      run: (url) => programs.askService(url, '/query/user', { user_id: 'u' }),
    },
  ];
};

const createUser = (id: string) => ({
  user_id: id,
  event_type: 'USER_CREATED',
  payload: { name: 'Alice', email: 'alice@example.com' },
});

/** The functions behind the streams, each with a batch that takes every way through it. */
const projecting = (programs: Programs, dynamodb: DynamoDBClient): Scenario[] => [
  {
    name: 'projection of commands',
    program: 'stream-processor-lambda',
    caller: 'stream',
    undisturbed: 'done',
    run: async (url, id) => {
      const { platform: _, ...malformed } = commandOf(id);
      const batch = [
        insert(commandKey(id, 1), commandOf(id), 1),
        insert(commandKey(id, 2), malformed, 2),
        insert(commandKey(id, 3), commandOf(id, { status: 'FAILED' }), 3),
      ];
      return ofBatch(
        await programs.invoke('stream-processor-lambda', url, streamEvent('command-records', batch)),
      );
    },
  },
  {
    name: 'projection of campaigns',
    program: 'campaign-projection-lambda',
    caller: 'stream',
    undisturbed: 'done',
    run: async (url, id) => {
      // A part of a shard that has been at rest for years, so that the batch folds it.
      await dynamodb.send(
        new PutItemCommand({
          TableName: 'campaign-statistics',
          Item: {
            marketing_id: { S: id },
            part: { S: 'part#2023-10#shardId-closed' },
            sequence: { S: '0'.repeat(40) },
            tally: { M: {} },
            first_created_at: { NULL: true },
            last_created_at: { NULL: true },
            updated_at: { N: '0' },
          },
        }),
      );
      const batch = [insert(commandKey(id, 1), commandOf(id), 1)];
      return ofBatch(
        await programs.invoke('campaign-projection-lambda', url, streamEvent('command-records', batch)),
      );
    },
  },
  {
    name: 'projection of users',
    program: 'user-projection-lambda',
    caller: 'stream',
    undisturbed: 'done',
    run: async (url, id) => {
      const tell = (command: object) =>
        programs.prepare('user-command-lambda', proxyEvent('POST', '/command', {}, command));
      await tell(createUser(id));
      await tell({ user_id: id, event_type: 'USER_BALANCE', payload: { delta: 1 } });
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: 'EventsTable',
          KeyConditionExpression: 'AggregateID = :id',
          ExpressionAttributeValues: { ':id': { S: id } },
          ConsistentRead: true,
        }),
      );
      // The first is missing, so that it is read; another one nobody can read.
      const event = Items[1] ?? {};
      const keys = (item: Item): Item =>
        ({ AggregateID: item['AggregateID'], Sequence: item['Sequence'] }) as Item;
      const nonsense = Object.fromEntries(
        Object.entries(event).map(([name, value]) => [
          name,
          value.S === 'USER_BALANCE' ? { S: 'NONSENSE' } : value,
        ]),
      );
      const batch = [
        insert(keys(event), event, 2),
        insert(
          { AggregateID: { S: `${id}-other` }, Sequence: { S: '1'.padStart(20, '0') } },
          { ...nonsense, AggregateID: { S: `${id}-other` }, Sequence: { S: '1'.padStart(20, '0') } },
          3,
        ),
      ];
      return ofBatch(
        await programs.invoke('user-projection-lambda', url, streamEvent('EventsTable', batch), {
          USER_SUMMARY_TABLE: 'UserSummaryTable--still',
          USER_DETAIL_TABLE: 'UserDetailTable--still',
        }),
      );
    },
  },
];

/** Puts a batch into a bucket as Lambda does when it has given it up. */
type GiveUp = (id: string, bucket: string, event: string) => Promise<void>;

/** The names of a set of tables of its own. */
const tablesOf = (id: string): Record<string, string> => ({
  COMMAND_TABLE: `command-records--${id}`,
  NOTIFICATION_TABLE: `notification-records--${id}`,
  QUARANTINE_TABLE: `projection-quarantine--${id}`,
  READ_MODEL_TABLE: `read-models--${id}`,
  CAMPAIGN_TABLE: `campaign-statistics--${id}`,
  POSITION_TABLE: `projection-positions--${id}`,
});

const makeTables = async (
  dynamodb: DynamoDBClient,
  id: string,
  only?: readonly string[],
): Promise<Record<string, string>> => {
  const all = tablesOf(id);
  const names = Object.fromEntries(
    Object.entries(all).filter(([, name]) => only === undefined || only.includes(name.split('--')[0] ?? '')),
  );
  const wanted = new Set(Object.values(names).map((name) => name.split('--')[0]));
  const tables = Object.fromEntries(Object.entries(loadTables()).filter(([name]) => wanted.has(name)));
  await createTables(dynamodb, tables, { rename: (name) => `${name}--${id}` });
  return names;
};

const makeUserTables = (dynamodb: DynamoDBClient): Promise<void> => {
  const views = ['UserSummaryTable', 'UserDetailTable'];
  const tables = Object.fromEntries(Object.entries(loadTables()).filter(([name]) => views.includes(name)));
  return createTables(dynamodb, tables, { rename: (name) => `${name}--still` });
};

/** The operator's commands, over tables of their own that nothing else changes. */
const operating = async (
  programs: Programs,
  dynamodb: DynamoDBClient,
  folder: string,
  giveUp: GiveUp | undefined,
): Promise<Scenario[]> => {
  const still = await makeTables(dynamodb, 'still');
  // The stack's own function would be first to project into the users' tables.
  await makeUserTables(dynamodb);
  const empty = await makeTables(dynamodb, 'empty', ['command-records']);
  await dynamodb.send(
    new BatchWriteItemCommand({
      RequestItems: {
        [String(still['COMMAND_TABLE'])]: [1, 2].map((n) => ({
          PutRequest: { Item: { ...commandKey('still', n), ...commandOf('still') } },
        })),
      },
    }),
  );
  const exported = join(folder, 'export.jsonl');
  const tool = (name: string, args: string[], env?: Record<string, string>): Scenario => ({
    name: `notify ${name}`,
    program: 'notify',
    caller: 'tool',
    undisturbed: 'done',
    run: (url) => programs.notify(url, args, { ...still, ...env }),
  });
  const record = { ...aCommand({ transaction_id: 'imported' }) };
  writeFileSync(exported, `${JSON.stringify(record)}\n`);
  return [
    tool('tables', ['tables']),
    tool('check', ['check', '--settle', '0']),
    tool('quarantine', ['quarantine', 'list']),
    {
      name: 'notify redrive',
      program: 'notify',
      caller: 'tool',
      undisturbed: 'done',
      run: async (url, id) => {
        // One that is still malformed, and one whose key has had a good image since.
        const { platform: _, ...malformed } = commandOf(id);
        const batch = [
          insert(commandKey(id, 1), malformed, 1),
          insert(commandKey(id, 2), malformed, 2),
          insert(commandKey(id, 2), commandOf(id), 3),
        ];
        for (const record of batch)
          await programs.prepare('stream-processor-lambda', streamEvent('command-records', [record]));
        return programs.notify(url, ['redrive', '--yes', '--transaction-id', `${id}-2`], {});
      },
    },
    tool('reproject', ['reproject', '--all', '--yes']),
    tool('lag', ['lag'], { COMMAND_TABLE: 'command-records' }),
    tool('lag --verify', ['lag', '--verify'], { COMMAND_TABLE: 'command-records' }),
    tool('simulate', [
      'simulate',
      'batch',
      '--count',
      '3',
      '--malformed-share',
      '0.4',
      '--delete-share',
      '0.4',
      '--yes',
    ]),
    tool('campaigns check', ['campaigns', 'check', '--settle', '0']),
    tool('campaigns list', ['campaigns', 'list']),
    {
      name: 'notify campaigns rebuild',
      program: 'notify',
      heavy: true,
      caller: 'tool',
      undisturbed: 'done',
      run: async (url, id) => {
        const { CAMPAIGN_TABLE: own, ...rest } = await makeTables(dynamodb, id, ['campaign-statistics']);
        return programs.notify(url, ['campaigns', 'rebuild', '--yes', '--settle', '0'], {
          ...still,
          ...rest,
          CAMPAIGN_TABLE: String(own),
        });
      },
    },
    tool('users check', ['users', 'check'], { USER_MASTER_KEY: KEY_ARN }),
    {
      name: 'notify users erase',
      program: 'notify',
      caller: 'tool',
      undisturbed: 'done',
      run: async (url, id) => {
        await programs.prepare('user-command-lambda', proxyEvent('POST', '/command', {}, createUser(id)));
        return programs.notify(url, ['users', 'erase', id, '--yes'], {});
      },
    },
    {
      name: 'notify import',
      program: 'notify',
      caller: 'tool',
      undisturbed: 'done',
      run: (url, id) =>
        programs.notify(url, ['import', exported, '--yes', '--folder', join(folder, id)], still),
    },
    ...(giveUp
      ? [
          {
            name: 'notify redrive --given-up',
            program: 'notify',
            caller: 'tool' as const,
            undisturbed: 'done',
            run: async (url: string, id: string) => {
              const bucket = `given-up-${id}`;
              await giveUp(
                id,
                bucket,
                streamEvent('command-records', [insert(commandKey(id, 1), commandOf(id), 1)]),
              );
              return programs.notify(url, ['redrive', '--given-up', '--yes', '--bucket', bucket], {});
            },
          },
        ]
      : []),
    {
      name: 'notify rebuild, and back',
      program: 'notify',
      heavy: true,
      caller: 'tool',
      undisturbed: 'done',
      run: async (url, id) => {
        const names: Record<string, string> = {
          ...still,
          COMMAND_TABLE: String(empty['COMMAND_TABLE']),
          ...(await makeTables(dynamodb, id, ['notification-records', 'read-models'])),
        };
        // An empty table has no probe to wait for; its tombstone is what there is to copy.
        await dynamodb.send(
          new PutItemCommand({
            TableName: String(names['NOTIFICATION_TABLE']),
            Item: {
              ...commandKey(id, 1),
              version: { S: '1'.padStart(40, '0') },
              deleted: { BOOL: true },
              expires_at: { N: String(Math.floor(Date.now() / 1000) + 100_000) },
            },
          }),
        );
        // By a name that is not of this machine for the command line, so that it does what it does on AWS.
        const asAws = url.replace('127.0.0.1', '0.0.0.0');
        const built = await programs.notify(asAws, ['rebuild', '--yes', '--no-switch'], names);
        if (built !== 'done') return built;
        return programs.notify(asAws, ['rebuild', '--yes', '--rollback'], names);
      },
    },
  ];
};

/** Every way through the code that sends requests to AWS. */
export const scenarios = async (
  programs: Programs,
  dynamodb: DynamoDBClient,
  folder: string,
  giveUp: GiveUp | undefined,
): Promise<Scenario[]> => [
  ...answering(programs),
  ...projecting(programs, dynamodb),
  ...(await operating(programs, dynamodb, folder, giveUp)),
];

export { KEY_ARN };
