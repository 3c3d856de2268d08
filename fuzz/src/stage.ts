import { BatchWriteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type EmbeddedStack, startEmbeddedStack } from '@notify/embedded';
import fc from 'fast-check';
import { type Api, readApi } from './api.ts';
import { CANARY, hostileAttribute, hostileText, ownProperties } from './corpus.ts';
import { KNOWN_IDS } from './hostile-request.ts';

/** A base URL behind which an API answers. */
export interface Door {
  readonly name: string;
  readonly base: string;
  readonly api: Api;
  /** Its file in terraform/api. */
  readonly file: 'notifications' | 'users';
}

export interface Stage {
  readonly stack: EmbeddedStack;
  readonly doors: readonly Door[];
  /** Everything that any piece of the stack has printed. */
  readonly lines: readonly string[];
  readonly dynamodb: DynamoDBClient;
}

/** A stack of its own on free ports, with some rows in it, and everything that it logs. */
export const startStage = async (): Promise<Stage> => {
  const lines: string[] = [];
  const stack = await startEmbeddedStack({
    awsPort: 0,
    servicePort: 0,
    logLevel: 'INFO',
    log: (source, line) => lines.push(`${source}: ${line}`),
  });
  const notifications = readApi('notifications');
  const dynamodb = new DynamoDBClient({
    endpoint: stack.awsUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await writeCommands(dynamodb);
  await stack.idle();
  const doors: readonly Door[] = [
    { name: 'private API', base: stack.apiUrl, api: notifications, file: 'notifications' },
    { name: 'query service', base: stack.serviceUrl, api: notifications, file: 'notifications' },
    { name: 'users API', base: `${stack.awsUrl}/restapis/users/v1`, api: readApi('users'), file: 'users' },
  ];
  await warmUp(doors);
  return { stack, lines, dynamodb, doors };
};

/** Functions start when they are first asked, and may be late then; what is judged begins behind that. */
const warmUp = async (doors: readonly Door[]): Promise<void> => {
  for (const { base, api } of doors)
    for (const { method, path } of api.operations) {
      const init =
        method === 'GET' ? {} : { method, headers: { 'content-type': 'application/json' }, body: '{}' };
      await fetch(`${base}${path}`, init).then((answer) => answer.arrayBuffer());
    }
};

const STATUSES = ['SENT', 'DELIVERED', 'FAILED'] as const;
const FIRST = 1_700_000_000_000;

const command = (id: string, index: number) => ({
  transaction_id: { S: id },
  created_at: { N: String(FIRST + index * 1000) },
  user_id: { S: KNOWN_IDS[index % KNOWN_IDS.length] ?? id },
  marketing_id: { S: KNOWN_IDS[(index * 3) % KNOWN_IDS.length] ?? id },
  notification_title: { S: `${CANARY} title` },
  status: { S: STATUSES[index % 3] ?? 'SENT' },
  platform: { S: 'IOS' },
  device_token: { S: `${CANARY}-token-${index}` },
  payload: { S: `{"aps":{"alert":{"body":"${CANARY} body"}}}` },
});

const writeCommands = async (dynamodb: DynamoDBClient): Promise<void> => {
  for (const id of KNOWN_IDS) {
    const puts = Array.from({ length: 20 }, (_, index) => ({ PutRequest: { Item: command(id, index) } }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { 'command-records': puts } }));
  }
};

/**
 * Writes commands of which much is not as it should be, as far as the database takes them, and then a good one.
 * @returns whether the good one has become a row: whether nothing has stopped the readers of the stream
 */
export const poisonStream = async ({ dynamodb, stack }: Stage, seed: number): Promise<boolean> => {
  const attributes = fc.array(fc.tuple(hostileText, hostileAttribute), { maxLength: 4 }).map(ownProperties);
  const items = fc.sample(fc.tuple(attributes, attributes), { seed, numRuns: 150 });
  for (const [index, [broken, more]] of items.entries()) {
    const id = { transaction_id: { S: `${CANARY}-poison-${index}` }, created_at: { N: String(index) } };
    const nested = ownProperties([
      ['__proto__', { S: CANARY }],
      ['deep', { M: broken }],
    ]);
    // As JSON, because the SDK would not send all of it.
    for (const extra of [broken, more, nested])
      await putRaw(stack.awsUrl, { ...command(id.transaction_id.S, index), ...extra, ...id });
  }
  const probe = command(`${CANARY}-probe`, 0);
  await dynamodb.send(new PutItemCommand({ TableName: 'command-records', Item: probe }));
  await stack.idle();
  const answer = await fetch(`${stack.apiUrl}/tx?transaction_id=${CANARY}-probe`);
  const page = (await answer.json()) as { total_count?: number };
  return page.total_count === 1;
};

/** The database refuses what is no item; that is its right. */
const putRaw = async (awsUrl: string, item: object): Promise<void> => {
  const answer = await fetch(awsUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-date': '20260101T000000Z',
    },
    body: JSON.stringify({ TableName: 'command-records', Item: item }),
  });
  await answer.arrayBuffer();
};
