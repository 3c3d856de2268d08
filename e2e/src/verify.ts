import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { LOCAL_AWS } from '@notify/dynamodb-local';
import { type EmbeddedStack, type Log, startEmbeddedStack } from '@notify/embedded';
import type { NotificationKey } from '@notify/shared-domain';
import { Expectation } from './verify/compare.ts';
import { questions } from './verify/questions.ts';
import { refusals } from './verify/refusals.ts';
import { keyOf, scenario, type Write } from './verify/scenario.ts';
import { verifyUsers } from './verify/users.ts';

/**
 * `pnpm verify`: does a write become an answer, on this machine, now? Boots a stack of its own on free ports, writes a history of 500
 * notifications, asks every query through every door and compares with what was written. Exits 0 when nothing differs, else 1.
 */
const NOTIFICATIONS = 500;
const PROBES = 100;
const SEED = 20_240_101;

interface Check {
  readonly name: string;
  readonly asked: number;
  /** What was wrong, a sentence each. */
  readonly failures: readonly string[];
}

const main = async (): Promise<number> => {
  const began = performance.now();
  const stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, logLevel: 'ERROR', log: complain });
  const client = new DynamoDBClient({ ...LOCAL_AWS, endpoint: stack.awsUrl });
  try {
    const documents = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    });
    const startup = performance.now() - began;
    const { writes, commands, malformed } = scenario(NOTIFICATIONS, SEED);
    for (const write of writes) await apply(documents, write);
    await stack.idle();

    const expectation = new Expectation(commands.values());
    const checks = new Map<string, { asked: number; failures: string[] }>();
    for (const [index, question] of questions(stack, commands.values()).entries()) {
      const check = checks.get(question.door) ?? { asked: 0, failures: [] };
      checks.set(question.door, check);
      check.asked++;
      const difference = await expectation
        .difference(question, index % 2 === 0 ? 1000 : 3)
        .catch((error: unknown) => String(error));
      if (difference !== undefined) check.failures.push(`${JSON.stringify(question.query)}: ${difference}`);
    }
    const results: Check[] = [
      ...[...checks].map(([name, check]) => ({ name, ...check })),
      await refusalCheck(stack),
      await quarantineCheck(documents, malformed),
      { name: 'users', ...(await verifyUsers(stack)) },
    ];
    const lags = await idleLags(documents);
    const rows = await countRows(documents, commands);
    return report(results, { written: commands.size, writes: writes.length, rows, lags, startup, began });
  } finally {
    client.destroy();
    await stack.stop();
  }
};

/** What a piece of the stack has to say at level ERROR; its metrics, which are lines of the log too, are not asked for. */
const complain: Log = (source, line) => {
  if (!line.startsWith('{"_aws"')) process.stderr.write(`${source}: ${line}\n`);
};

const apply = async (documents: DynamoDBDocumentClient, write: Write): Promise<void> => {
  const TableName = 'command-records';
  if ('put' in write) await documents.send(new PutCommand({ TableName, Item: write.put }));
  else if ('remove' in write) await documents.send(new DeleteCommand({ TableName, Key: write.remove }));
  else await documents.send(new PutCommand({ TableName, Item: { ...write.malformed, user_id: 'nobody' } }));
};

const refusalCheck = async (stack: EmbeddedStack): Promise<Check> => {
  const cases = refusals(stack);
  const failures: string[] = [];
  for (const [what, expected, send] of cases) {
    const response = await send();
    const { code } = (await response.json()) as { code?: string };
    const actual = `${response.status} ${code}`;
    if (actual !== expected) failures.push(`${what}: ${actual} instead of ${expected}`);
  }
  return { name: 'bad input', asked: cases.length, failures };
};

/** Each malformed record is in quarantine once, with its code. */
const quarantineCheck = async (
  documents: DynamoDBDocumentClient,
  malformed: readonly NotificationKey[],
): Promise<Check> => {
  const failures: string[] = [];
  for (const key of malformed) {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName: 'projection-quarantine',
        KeyConditionExpression: 'table_key = :key',
        ExpressionAttributeValues: {
          ':key': `command-records#${JSON.stringify([key.transaction_id, String(key.created_at)])}`,
        },
      }),
    );
    const codes = Items.map((item) => item['error_code']).join();
    if (codes !== 'RECORD.INVALID') failures.push(`${keyOf(key)}: ${codes || 'not there'}`);
  }
  return { name: 'quarantine', asked: malformed.length, failures };
};

/** Milliseconds from the acknowledged write to the visible row, one write at a time. */
const idleLags = async (documents: DynamoDBDocumentClient): Promise<number[]> => {
  const lags: number[] = [];
  for (let i = 0; i < PROBES; i++) {
    const key = { transaction_id: `tx_probe_${i}`, created_at: 1_704_067_200_000 + i };
    const command = {
      ...key,
      user_id: 'probe',
      notification_title: 'Probe',
      status: 'SENT',
      platform: 'IOS',
    };
    await documents.send(new PutCommand({ TableName: 'command-records', Item: command }));
    const written = performance.now();
    while (!(await rowExists(documents, key))) await delay(2);
    lags.push(performance.now() - written);
  }
  return lags.sort((a, b) => a - b);
};

const rowExists = async (documents: DynamoDBDocumentClient, Key: NotificationKey): Promise<boolean> => {
  const { Item } = await documents.send(
    new GetCommand({ TableName: 'notification-records', Key, ConsistentRead: true }),
  );
  return Item !== undefined && Item['deleted'] !== true;
};

const countRows = async (
  documents: DynamoDBDocumentClient,
  commands: ReadonlyMap<string, NotificationKey>,
): Promise<number> => {
  const found = await Promise.all(
    [...commands.values()].map(({ transaction_id, created_at }) =>
      rowExists(documents, { transaction_id, created_at }),
    ),
  );
  return found.filter(Boolean).length;
};

interface Figures {
  /** Records that exist at the end, and the writes that led there. */
  readonly written: number;
  readonly writes: number;
  readonly rows: number;
  /** Sorted milliseconds. */
  readonly lags: readonly number[];
  readonly startup: number;
  readonly began: number;
}

const report = (
  checks: readonly Check[],
  { written, writes, rows, lags, startup, began }: Figures,
): number => {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const quantile = (q: number) => (lags[Math.ceil(lags.length * q) - 1] ?? Number.NaN).toFixed(0);
  const differences = checks.reduce((sum, check) => sum + check.failures.length, 0) + (written - rows);
  print(`${'check'.padEnd(28)}${'asked'.padStart(7)}${'different'.padStart(11)}`);
  for (const check of checks) {
    const mark = check.failures.length === 0 ? '' : '  <-';
    print(
      `${check.name.padEnd(28)}${String(check.asked).padStart(7)}${String(check.failures.length).padStart(11)}${mark}`,
    );
  }
  for (const check of checks)
    for (const failure of check.failures.slice(0, 5)) print(`\n${check.name}: ${failure}`);
  print('');
  print(`records written   ${written}  (${writes} writes, with status changes and deletions)`);
  print(`rows read         ${rows}`);
  print(`differences       ${differences}`);
  print(`lag when idle     p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms  (${lags.length} writes)`);
  print(
    `time              ${((performance.now() - began) / 1000).toFixed(1)} s, of which start ${(startup / 1000).toFixed(1)} s`,
  );
  return differences === 0 ? 0 : 1;
};

process.exitCode = await main();
