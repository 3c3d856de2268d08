import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedStack, startEmbeddedStack } from '@notify/embedded';
import { Recorder } from './recorder.ts';
import { StepFailed } from './step.ts';

type Functions = Readonly<Record<string, { readonly master_keys?: Readonly<Record<string, string>> }>>;

/**
 * Runs the whole system on this machine with a recorder before its APIs, and drives every function through what it does: commands
 * that come, change and go, one that cannot be projected, every query of each generation, users from their first event to a refusal.
 */
export const recordCalls = async (root: string, folder: string, kmsUrl: string): Promise<Recorder> => {
  const recorder = await Recorder.start(kmsUrl);
  try {
    const functions = JSON.parse(readFileSync(join(root, 'terraform/functions.json'), 'utf8')) as Functions;
    await createMasterKeys(functions, kmsUrl);
    wrapPrograms(root, folder, recorder.url, functions);
    const stack = await startEmbeddedStack({
      root: folder,
      awsPort: 0,
      servicePort: 0,
      logLevel: 'ERROR',
      log: () => {},
    });
    try {
      await driveNotifications(stack);
      await driveUsers(stack, recorder);
    } finally {
      await stack.stop();
    }
    return recorder;
  } finally {
    await recorder.stop();
  }
};

/** The same programs, each told to reach AWS through the recorder. */
const wrapPrograms = (root: string, folder: string, recorderUrl: string, functions: Functions): void => {
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['tables.json', 'functions.json', 'api']) {
    cpSync(join(root, 'terraform', part), join(folder, 'terraform', part), { recursive: true });
  }
  const wrap = (name: string, program: string, exported: string, keys: Readonly<Record<string, string>>) => {
    const dist = join(folder, 'packages', name, 'dist');
    cpSync(join(root, 'packages', name, 'dist'), join(dist, 'behind'), { recursive: true });
    const environment = Object.fromEntries(
      Object.entries(keys).map(([variable, key]) => [variable, `alias/${key}`]),
    );
    writeFileSync(
      join(dist, program),
      `const behind = new URL(process.env.AWS_ENDPOINT_URL).port;
Object.assign(process.env, ${JSON.stringify(environment)}, { AWS_ENDPOINT_URL: \`${recorderUrl}/${name}/\${behind}\` });
${exported}await import("./behind/${program}");
`,
    );
  };
  for (const [name, { master_keys = {} }] of Object.entries(functions)) {
    wrap(name, 'handler.mjs', 'export const { handler } = ', master_keys);
  }
  wrap('query-service', 'main.mjs', '', {});
};

const createMasterKeys = async (functions: Functions, kmsUrl: string): Promise<void> => {
  const names = new Set(
    Object.values(functions).flatMap(({ master_keys = {} }) => Object.values(master_keys)),
  );
  for (const name of names) {
    const { KeyMetadata } = (await aws(kmsUrl, 'TrentService.CreateKey', {})) as {
      KeyMetadata: { KeyId: string };
    };
    await aws(kmsUrl, 'TrentService.CreateAlias', {
      AliasName: `alias/${name}`,
      TargetKeyId: KeyMetadata.KeyId,
    });
  }
};

const aws = async (url: string, target: string, body: unknown): Promise<unknown> => {
  const service = target.startsWith('TrentService') ? 'kms' : 'dynamodb';
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': target.startsWith('TrentService')
        ? 'application/x-amz-json-1.1'
        : 'application/x-amz-json-1.0',
      'X-Amz-Target': target,
      // Nothing on this machine checks the signature.
      Authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new StepFailed(`${target} answered ${answer.status}`, text);
  return JSON.parse(text);
};

/** Calls a route that has to answer with one of the statuses. */
const ask = async (
  url: string,
  statuses: readonly number[],
  body?: unknown,
  headers: Record<string, string> = {},
) => {
  const answer = await fetch(url, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
  });
  const text = await answer.text();
  if (!statuses.includes(answer.status)) throw new StepFailed(`${url} answered ${answer.status}`, text);
  return JSON.parse(text) as Record<string, unknown>;
};

const driveNotifications = async (stack: EmbeddedStack): Promise<void> => {
  const write = (operation: string, request: object) =>
    aws(stack.awsUrl, `DynamoDB_20120810.${operation}`, { TableName: 'command-records', ...request });
  const key = (n: number) => ({
    transaction_id: { S: `tx-${n}` },
    created_at: { N: String(1_700_000_000_000 + n) },
  });
  const command = (n: number, status: string) => ({
    ...key(n),
    user_id: { S: 'user-1' },
    marketing_id: { S: 'campaign-1' },
    notification_title: { S: 'Title' },
    platform: { S: 'IOS' },
    status: { S: status },
  });
  // A part of a campaign that has been at rest for years: the next one that begins folds it.
  await aws(stack.awsUrl, 'DynamoDB_20120810.PutItem', {
    TableName: 'campaign-statistics',
    Item: {
      marketing_id: { S: 'campaign-1' },
      part: { S: 'part#2023-10#shardId-closed' },
      sequence: { S: '0'.repeat(40) },
      tally: { M: {} },
      first_created_at: { NULL: true },
      last_created_at: { NULL: true },
      updated_at: { N: '0' },
    },
  });
  for (const n of [1, 2, 3]) await write('PutItem', { Item: command(n, 'SENT') });
  await stack.idle();
  await write('PutItem', { Item: command(1, 'FAILED') });
  await write('DeleteItem', { Key: key(2) });
  const { platform: _, ...incomplete } = command(4, 'SENT');
  await write('PutItem', { Item: incomplete });
  await stack.idle();

  for (const query of [
    'user?user_id=user-1',
    'marketing?marketing_id=campaign-1',
    'failures?transaction_id=tx-1',
  ]) {
    await ask(`${stack.apiUrl}/query/${query}`, [200]);
  }
  for (const [query, body] of [
    ['user', { user_id: 'user-1' }],
    ['marketing', { marketing_id: 'campaign-1' }],
    ['transaction', { transaction_id: 'tx-1' }],
    ['fail', {}],
    ['fail', { transaction_id: 'tx-1' }],
  ] as const) {
    await ask(`${stack.apiUrl}/query/${query}`, [200], body);
  }
  for (const query of [
    'tx',
    'tx?transaction_id=tx-1',
    'fail',
    'fail?transaction_id=tx-1',
    'sns?sns_id=sns-1',
    'query/campaign?marketing_id=campaign-1',
    'campaigns',
    'explain?transaction_id=tx-1',
    'explain?transaction_id=tx-4&created_at=1700000000004',
    'status',
    'quarantine',
  ])
    await ask(`${stack.apiUrl}/${query}`, [200]);
  await ask(`${stack.apiUrl}/health/ready`, [200]);
};

const GAP_TIMEOUT_MS = 30_000;
const EVENTS = 120;

const driveUsers = async (stack: EmbeddedStack, recorder: Recorder): Promise<void> => {
  const apis = (await ask(`${stack.awsUrl}/restapis`, [200])) as { item?: { id: string; name: string }[] };
  const users = apis.item?.find(({ name }) => name === 'users');
  if (users === undefined) throw new StepFailed('the local stack has no users API', JSON.stringify(apis));
  const api = `${stack.awsUrl}/restapis/${users.id}/v1`;
  const tell = (event_type: string, payload: object, statuses = [200], headers = {}) =>
    ask(`${api}/command`, statuses, { user_id: 'user-1', event_type, payload }, headers);
  await tell('USER_CREATED', { name: 'Alice', email: 'alice@example.com' });
  for (let n = 2; n < EVENTS; n++) await tell('USER_BALANCE', { delta: 1 });
  for (const _ of ['first', 'again'])
    await tell('USER_BALANCE', { delta: 5 }, [200], { 'Idempotency-Key': 'once' });
  await tell('USER_CREATED', { name: 'Bob', email: 'bob@example.com' }, [409, 422]);
  await tell('USER_CREATED', { name: 'Bob', email: 'bob@example.com' }, [409, 422], {
    'Idempotency-Key': 'refused',
  });
  const { sequence } = await tell('USER_UPDATED', { name: 'Alicia' });
  await stack.idle();
  await ask(`${api}/list`, [200]);
  await ask(`${api}/detail?user_id=user-1&at_least=${sequence}`, [200]);
  await ask(`${api}/detail?user_id=nobody`, [404]);
  await driveFaults(stack, recorder);
};

type Item = Readonly<Record<string, { readonly S?: string }>>;

/** Events as no command writes them: one that comes before the one before it, and one that nobody can read. */
const driveFaults = async (stack: EmbeddedStack, recorder: Recorder): Promise<void> => {
  const events = (operation: string, request: object) =>
    aws(stack.awsUrl, `DynamoDB_20120810.${operation}`, { TableName: 'EventsTable', ...request });
  const put = (event: Item, changes: Item) => events('PutItem', { Item: { ...event, ...changes } });
  const { Items } = (await events('Query', {
    KeyConditionExpression: 'AggregateID = :user',
    ExpressionAttributeValues: { ':user': { S: 'user-1' } },
    ScanIndexForward: false,
    Limit: 10,
  })) as { Items: readonly Item[] };
  const newest = Number(Items[0]?.['Sequence']?.S);
  const event = Items.find((item) => Object.values(item).some(({ S }) => S === 'USER_BALANCE'));
  if (event === undefined) throw new StepFailed('there is no event to copy', JSON.stringify(Items));
  const sequence = (version: number) => ({ Sequence: { S: String(version).padStart(20, '0') } });

  await put(event, sequence(newest + 2));
  const deadline = Date.now() + GAP_TIMEOUT_MS;
  while (!recorder.calls.has('user-projection-lambda dynamodb:Query EventsTable')) {
    if (Date.now() > deadline)
      throw new StepFailed('the projection does not read what is missing before an event');
    await delay(50);
  }
  await put(event, sequence(newest + 1));
  const unreadable = Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      value.S === 'USER_BALANCE' ? { S: 'NONSENSE' } : value,
    ]),
  );
  await put(unreadable, { AggregateID: { S: 'user-2' }, ...sequence(1) });
  await stack.idle();
};
