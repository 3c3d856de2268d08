import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type Item, loadTables, toItem } from '@notify/dynamodb';
import { createTables } from '@notify/dynamodb-local';
import { type Environment, output } from '@notify/toolchain';
import { type Production, startProduction } from './production.ts';
import { type Expectation, type PageReport, runPage, Shell } from './shell.ts';

export interface RunbookOptions {
  readonly root: string;
  /** For what is written here. */
  readonly work: string;
  /** Where production's configuration and state are: a folder with terraform/ in it. */
  readonly folder: string;
  /** Production's account, which moto is. */
  readonly aws: Environment;
  /** The AWS CLI. */
  readonly cli: string;
}

const PREFIX = 'notify-production-';
const FUNCTION = `${PREFIX}stream-processor-lambda`;
const QUERY_FUNCTION = `${PREFIX}query-result-lambda`;
const SERVICE_GROUP = '/ecs/notify-production/query-service';
const CAUSE = 'RECORD.INVALID';
const TRANSACTION = 'tx-1';
const BATCH = 25;
const PRINT_TIMEOUT_MS = 10_000;

/**
 * Runs docs/runbook.md against production as it was applied, and against the system itself under production's names: each trouble that
 * an entry is about is made first, by the system.
 */
export const runRunbook = async (options: RunbookOptions): Promise<PageReport> => {
  const { root, work, folder, aws, cli } = options;
  const account = new Account(cli, aws, work);
  const production = await startProduction(root, join(work, 'production'), PREFIX);
  const dynamodb = new DynamoDBClient(production.stack.dynamodb);
  try {
    const writer = new Writer(production, dynamodb);
    await writer.write(1, 20);
    const shell = new Shell({
      folder,
      env: {
        ...aws,
        AWS_CLI: cli,
        AWS_ENDPOINT_URL_DYNAMODB: production.stack.awsUrl,
        AWS_ENDPOINT_URL_LAMBDA: production.stack.awsUrl,
        AWS_ENDPOINT_URL_S3: aws['AWS_ENDPOINT_URL'],
        AWS_ENDPOINT_URL_SQS: aws['AWS_ENDPOINT_URL'],
      },
      values: await account.values(),
    });
    const expectations: Expectation[] = [
      { beginning: 'aws dynamodb restore', before: () => writer.restore('restored-command-records') },
      { beginning: 'aws logs tail /ecs', before: () => failingService(production, account) },
      { beginning: `aws logs tail /aws/lambda`, before: () => givenUp(production, account, writer) },
      { beginning: 'notify redrive --given-up', says: /batches=[1-9].* staying=0$/m },
      { beginning: 'notify check', says: / differences=0$/m },
      { beginning: 'notify quarantine causes', before: () => writer.quarantine(), says: new RegExp(CAUSE) },
      { beginning: 'notify quarantine list', says: new RegExp(TRANSACTION) },
      { beginning: 'notify redrive --cause', says: /entries=1 projected=0 obsolete=1 / },
      { beginning: 'notify explain', says: /in step/ },
    ];
    return await runPage(shell, readFileSync(join(root, 'docs/runbook.md'), 'utf8'), expectations);
  } finally {
    dynamodb.destroy();
    await production.stop();
  }
};

/** The stream's function may not do what it does; its batches are given up. What it prints meanwhile is what CloudWatch would have. */
const givenUp = async (production: Production, account: Account, writer: Writer): Promise<void> => {
  production.permit(false);
  await writer.write(21, 30);
  production.permit(true);
  for (const batch of production.givenUp) await account.keepGivenUp(batch);
  await account.putLog(`/aws/lambda/${FUNCTION}`, production.printed.get(FUNCTION) ?? []);
};

const failingService = async (production: Production, account: Account): Promise<void> => {
  production.permit(false);
  const { status } = await fetch(`${production.stack.serviceUrl}/tx?transaction_id=${TRANSACTION}`);
  production.permit(true);
  if (status < 500) throw new Error(`A service whose store refuses answered ${status}.`);
  const endsAt = Date.now() + PRINT_TIMEOUT_MS;
  while (
    !(production.printed.get('query-service') ?? []).some((line) => /"route":"\/tx","status":5/.test(line))
  ) {
    if (Date.now() > endsAt) throw new Error('The service did not print what it had answered.');
    await delay(20);
  }
  await account.putLog(SERVICE_GROUP, production.printed.get('query-service') ?? []);
};

/** Commands of production, on this machine. */
class Writer {
  readonly #production: Production;
  readonly #dynamodb: DynamoDBClient;

  constructor(production: Production, dynamodb: DynamoDBClient) {
    this.#production = production;
    this.#dynamodb = dynamodb;
  }

  /** Writes these commands and waits until the streams have brought them, or have given them up. */
  async write(first: number, last: number): Promise<void> {
    const items = Array.from({ length: last - first + 1 }, (_, index) => command(first + index));
    await this.#put(`${PREFIX}command-records`, items);
    await this.#production.stack.idle();
  }

  /** A command that was malformed, and was written again as it should be. */
  async quarantine(): Promise<void> {
    const { platform: _, ...malformed } = command(1);
    for (const item of [malformed as Item, command(1)]) {
      await this.#put(`${PREFIX}command-records`, [item]);
      await this.#production.stack.idle();
    }
  }

  /** What AWS does when it restores the command table, where the system is. */
  async restore(table: string): Promise<void> {
    const commands = Object.entries(loadTables()).filter(([name]) => name === 'command-records');
    await createTables(this.#dynamodb, Object.fromEntries(commands), { rename: () => table });
    const { Items = [] } = await this.#dynamodb.send(
      new ScanCommand({ TableName: `${PREFIX}command-records` }),
    );
    await this.#put(table, Items as Item[]);
  }

  async #put(table: string, items: readonly Item[]): Promise<void> {
    for (let start = 0; start < items.length; start += BATCH) {
      const requests = items.slice(start, start + BATCH).map((item) => ({ PutRequest: { Item: item } }));
      await this.#dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }
}

const command = (n: number): Item =>
  toItem({
    transaction_id: `tx-${n}`,
    created_at: 1_700_000_000_000 + n,
    user_id: 'user-1',
    marketing_id: 'campaign-1',
    notification_title: 'Title',
    platform: 'IOS',
    status: 'SENT',
  });

/** Production's account at moto. */
class Account {
  readonly #cli: string;
  readonly #env: Environment;
  readonly #work: string;

  constructor(cli: string, env: Environment, work: string) {
    this.#cli = cli;
    this.#env = env;
    this.#work = work;
  }

  /** A batch in the bucket, and the message that EventBridge makes of its object. */
  async keepGivenUp({ key, body }: { readonly key: string; readonly body: string }): Promise<void> {
    const { Account } = await this.#aws('sts', 'get-caller-identity');
    const bucket = `${PREFIX}given-up-${Account}`;
    const file = this.#file(body);
    await this.#aws('s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', file);
    const { functionArn } = (JSON.parse(body) as { requestContext: { functionArn: string } }).requestContext;
    const name = `${functionArn.split(':')[6]}-on-failure`;
    const { QueueUrl } = await this.#aws('sqs', 'get-queue-url', '--queue-name', name);
    const message = JSON.stringify({ detail: { bucket: { name: bucket }, object: { key } } });
    await this.#aws('sqs', 'send-message', '--queue-url', QueueUrl, '--message-body', message);
  }

  async putLog(group: string, lines: readonly string[]): Promise<void> {
    const stream = ['--log-group-name', group, '--log-stream-name', randomUUID()];
    const events = lines.map((message) => ({ timestamp: Date.now(), message }));
    await this.#aws('logs', 'create-log-stream', ...stream);
    await this.#aws(
      'logs',
      'put-log-events',
      ...stream,
      '--log-events',
      `file://${this.#file(JSON.stringify(events))}`,
    );
  }

  /** What each reader of the runbook has of his own. */
  async values(): Promise<Record<string, string>> {
    const { services } = await this.#aws(
      ...['ecs', 'describe-services', '--cluster', 'notify-production', '--services', 'query-service'],
    );
    const running = String(services[0].taskDefinition);
    const { taskDefinition } = await this.#aws(
      ...['ecs', 'describe-task-definition', '--task-definition', running],
    );
    const { FunctionVersion } = await this.#aws(
      ...['lambda', 'get-alias', '--function-name', QUERY_FUNCTION, '--name', 'live'],
    );
    const revision = String(taskDefinition.revision);
    return {
      '<revision>': revision,
      '<bad>': String(await this.#registerAgain(taskDefinition)),
      '<image>': taskDefinition.containerDefinitions[0].image,
      '<function>': FUNCTION,
      '<version>': FunctionVersion,
      '<code>': CAUSE,
      '<transaction_id>': TRANSACTION,
    };
  }

  /** A revision after the one that runs, for the runbook to go back from. */
  async #registerAgain(definition: Readonly<Record<string, unknown>>): Promise<number> {
    const given = [
      'family',
      'containerDefinitions',
      'cpu',
      'memory',
      'networkMode',
      'requiresCompatibilities',
    ];
    const input = Object.fromEntries(given.map((name) => [name, definition[name]]));
    const { taskDefinition } = await this.#aws(
      ...[
        'ecs',
        'register-task-definition',
        '--cli-input-json',
        `file://${this.#file(JSON.stringify(input))}`,
      ],
    );
    return taskDefinition.revision;
  }

  #files = 0;

  #file(text: string): string {
    const file = join(this.#work, `runbook-${this.#files++}.json`);
    writeFileSync(file, text);
    return file;
  }

  // biome-ignore lint/suspicious/noExplicitAny: what the AWS CLI answers, of many commands
  async #aws(...args: string[]): Promise<any> {
    // For SQS this CLI heeds no variable.
    const options = ['--endpoint-url', String(this.#env['AWS_ENDPOINT_URL']), '--output', 'json'];
    const text = await output(this.#cli, [...args, ...options], { env: this.#env });
    return text ? JSON.parse(text) : undefined;
  }
}
