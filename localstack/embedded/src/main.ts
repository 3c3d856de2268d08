import { buildPackages, LocalError } from '@notify/toolchain';
import { Command, InvalidArgumentError } from 'commander';
import { SAMPLE_USER } from './sample-data.ts';
import { runSample, type ShownWrite } from './sample-run.ts';
import { type EmbeddedStack, startEmbeddedStack } from './stack.ts';
import { keepInFolder } from './streams/giving-up.ts';

interface StartOptions {
  readonly dataDir?: string;
  readonly watch: boolean;
  readonly port: number;
  readonly servicePort: number;
  readonly allowHost: readonly string[];
  readonly concurrency: number;
  readonly giveUp?: string;
  readonly giveUpAttempts?: number;
  readonly giveUpAge?: number;
  readonly sample: boolean;
  readonly build: boolean;
}

const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('Not a port (0 to 65535).');
  return value;
};

const atLeastOne = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Not a whole number from 1.');
  return value;
};

const limit = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Not a whole number from 0 on.');
  return value;
};

const program = new Command('start')
  .description('Runs the whole system on this machine, without Docker, until Ctrl-C.')
  .option('--data-dir <directory>', 'keep tables and stream positions there; in memory without it')
  .option('--watch', 'rebuild and reload a Lambda function when its source changes', false)
  .option('--port <port>', 'port of the AWS endpoint, 0 for a free one', port, 4566)
  .option('--service-port <port>', 'port of the query service, 0 for a free one', port, 8000)
  .option('--allow-host <name...>', 'names to answer to beside those of this machine', [])
  .option(
    '--concurrency <n>',
    'invocations of functions at once, beside those of the streams',
    atLeastOne,
    100,
  )
  .option('--give-up <folder>', 'give batches up as Lambda does, into files there')
  .option('--give-up-attempts <n>', 'after so many attempts more, instead of functions.json', limit)
  .option('--give-up-age <seconds>', 'when their records are so old, instead of functions.json', limit)
  .option('--no-sample', 'write no sample data')
  .option('--no-build', 'run what was built before')
  .addHelpText('after', '\nLOG_LEVEL (WARN by default) sets what the functions and the service print.');

const say = (text: string) => console.log(text);

/** Resolves at the first Ctrl-C once the stack is up. Before that, and at a second one, the program ends at once; the children end with it. */
const interruption = (isUp: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    let asked = false;
    const interrupted = () => {
      if (asked || !isUp()) process.exit(asked ? 130 : 0);
      asked = true;
      resolve();
    };
    process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  });

const start = async (options: StartOptions): Promise<void> => {
  const { sample, build, port: awsPort, servicePort, watch, dataDir } = options;
  let up = false;
  const interrupted = interruption(() => up);
  if (build) await buildPackages(say);
  const startedAt = performance.now();
  const stack = await startEmbeddedStack({
    awsPort,
    servicePort,
    allowedHosts: options.allowHost,
    concurrency: options.concurrency,
    watch,
    ...(dataDir ? { dataDir } : {}),
    ...givingUp(options),
    logLevel: process.env['LOG_LEVEL'] ?? 'WARN',
    log: (source, line) => say(`[${source}] ${line}`),
  });
  up = true;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`Up in ${seconds} s${dataDir ? `, data in ${dataDir}` : ', all in memory'}.`);

  const introduced = introduce(stack, sample).then(() => interrupted);
  const died = stack.died.then((reason) => Promise.reject(reason));
  await Promise.race([introduced, interrupted, died]);
  say('\nStopping …');
  await stack.stop();
};

const givingUp = ({ giveUp, giveUpAttempts, giveUpAge }: StartOptions) =>
  giveUp === undefined
    ? {}
    : {
        givingUp: {
          keep: keepInFolder(giveUp),
          ...(giveUpAttempts === undefined ? {} : { maximumRetryAttempts: giveUpAttempts }),
          ...(giveUpAge === undefined ? {} : { maximumRecordAgeS: giveUpAge }),
        },
      };

const introduce = async (stack: EmbeddedStack, sample: boolean): Promise<void> => {
  if (sample) say(`\n${describeWrite(await runSample(stack))}`);
  say(`\n${describeStack(stack)}`);
};

const describeWrite = ({ command, lagMs, row }: ShownWrite): string =>
  [
    'A write becomes an answer:',
    `  put into command-records   ${JSON.stringify(command)}`,
    `  ${Math.round(lagMs)} ms later GET /tx answers   ${JSON.stringify(row)}`,
  ].join('\n');

const describeStack = ({ awsUrl, apiId, serviceUrl }: EmbeddedStack): string => {
  const apiUrl = `${awsUrl}/restapis/local/dev`;
  const item = {
    transaction_id: { S: 'tx_004' },
    created_at: { N: String(Date.now()) },
    user_id: { S: 'test_user_001' },
    notification_title: { S: 'Hello' },
    status: { S: 'SENT' },
    platform: { S: 'IOS' },
  };
  return [
    `AWS endpoint    ${awsUrl}   (DynamoDB, DynamoDB Streams, Lambda)`,
    `Private API     ${apiUrl}   (its id is ${apiId})`,
    `Users API       ${awsUrl}/restapis/users/dev`,
    `Query service   ${serviceUrl}   (its documentation: ${serviceUrl}/docs)`,
    '',
    'To try:',
    `  curl '${apiUrl}/query/user?user_id=test_user_001'   # V1`,
    `  curl ${serviceUrl}/query/user -H 'content-type: application/json' -d '{"user_id":"test_user_001"}'   # V3`,
    `  curl '${serviceUrl}/tx?transaction_id=tx_001'   # V4`,
    `  curl '${awsUrl}/restapis/users/dev/detail?user_id=${SAMPLE_USER.user_id}'   # event-sourced users`,
    '',
    '  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1',
    `  aws --endpoint-url ${awsUrl} dynamodb put-item --table-name command-records --item '${JSON.stringify(item)}'`,
    `  echo '{"query_type":"transaction","transaction_id":"tx_004"}' | aws --endpoint-url ${awsUrl} lambda invoke --function-name query-result-lambda --payload fileb:///dev/stdin /dev/stdout`,
    '',
    'Ctrl-C stops everything.',
  ].join('\n');
};

try {
  await start(program.parse().opts<StartOptions>());
  process.exit(0);
} catch (error) {
  console.error(error instanceof LocalError ? error.message : error);
  process.exit(1);
}
