/** `local:up`, `local:apply`, `local:down`: this system on LocalStack, in Docker or without it. */
import { relative } from 'node:path';
import { buildPackages, LocalError } from '@notify/toolchain';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type StackFolder, stackFolder } from './folders.ts';
import type { PythonEnvironment } from './python-environment.ts';
import { down, terraformOf, up } from './stack.ts';
import { apiUrl, type StackState } from './stack-state.ts';

const say = (line: string) => console.log(line);

const port = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new InvalidArgumentError('Not a port (0 to 65535).');
  return value;
};

const inFolder = () =>
  new Option('--dir <directory>', 'keep state and logs there')
    .argParser(stackFolder)
    .default(stackFolder(), '.local/localstack');

interface FolderOption {
  readonly dir: StackFolder;
}
interface UpOption extends FolderOption {
  readonly port: number;
  readonly servicePort: number;
  readonly docker?: true;
  readonly host?: true;
}

const program = new Command('local').description('This system on LocalStack 4.14.0, with Docker or without.');

program
  .command('up')
  .description('Starts LocalStack and the query service: in Docker where an engine runs, else as processes.')
  .option('--port <port>', 'port of LocalStack, 0 for a free one', port, 4566)
  .option('--service-port <port>', 'port of the query service, 0 for a free one', port, 8000)
  .addOption(new Option('--docker', 'in Docker, by localstack/compose.yaml').conflicts('host'))
  .addOption(new Option('--host', 'as processes of this machine').conflicts('docker'))
  .addOption(inFolder())
  .action(async ({ dir, port, servicePort, docker, host }: UpOption) => {
    await buildPackages(say);
    const began = performance.now();
    const runsIn = docker ? 'docker' : host ? 'host' : undefined;
    const state = await up({ folder: dir, port, servicePort, say, ...(runsIn ? { runsIn } : {}) });
    say(`Up in ${seconds(began)} s, ${state.runs_in === 'docker' ? 'in Docker' : 'without Docker'}.`);
    say(`AWS endpoint    ${state.aws_url}`);
    say(`Query service   ${state.service_url}   (it answers queries once local:apply has run)`);
    if (state.runs_in === 'host')
      say(`Logs            ${shown(dir.log('localstack'))}, ${shown(dir.log('query-service'))}`);
  });

program
  .command('apply')
  .description('Applies terraform/ to the running LocalStack by tflocal.')
  .addOption(inFolder())
  .action(async ({ dir }: FolderOption) => {
    await buildPackages(say);
    const began = performance.now();
    const { terraform, state, python } = await terraformOf(dir, say);
    await terraform.init();
    say('Applying terraform/ with environments/localstack.tfvars …');
    await terraform.apply();
    say(`${await terraform.resources()} resources in ${seconds(began)} s; outputs in ${shown(dir.outputs)}.`);
    say(`\n${describe(state, python)}`);
  });

program
  .command('down')
  .description('Stops it, and cleans up what a crash or a kill left behind.')
  .addOption(inFolder())
  .action(async ({ dir }: FolderOption) => {
    say((await down(dir)) ? 'Stopped.' : 'Nothing was running.');
  });

const seconds = (began: number): string => ((performance.now() - began) / 1000).toFixed(1);
const shown = (path: string): string => relative(process.cwd(), path);

const describe = ({ aws_url, service_url }: StackState, { bin, awsConfig }: PythonEnvironment): string =>
  [
    `Private API     ${apiUrl(aws_url, 'notifications')}`,
    `Query service   ${service_url}   (its documentation: ${service_url}/docs)`,
    '',
    'To try:',
    `  export PATH="$PWD/${shown(bin)}:$PATH" AWS_CONFIG_FILE="$PWD/${shown(awsConfig)}"`,
    `  export AWS_ENDPOINT_URL=${aws_url} AWS_DEFAULT_REGION=us-east-1`,
    `  awslocal dynamodb put-item --table-name command-records --item '{"transaction_id":{"S":"tx_001"},"created_at":{"N":"${Date.now()}"},"user_id":{"S":"test_user_001"},"notification_title":{"S":"Hello"},"status":{"S":"SENT"},"platform":{"S":"IOS"}}'`,
    `  curl '${apiUrl(aws_url, 'notifications')}/query/user?user_id=test_user_001'`,
  ].join('\n');

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof LocalError ? error.message : error);
  process.exitCode = 1;
}
