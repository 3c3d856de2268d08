/**
 * `pnpm test:localstack`: does the whole system work on LocalStack, on this machine, now? In a stack of its own on free ports: a start that is
 * killed in the middle, up, apply, the executor's tests, the end-to-end suite, plans, destroy, down. Exits 0 when all of it holds.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildPackages, LocalError } from '@notify/toolchain';
import { PROCESS_NAMES, REPOSITORY, type StackFolder, stackFolder } from './folders.ts';
import { KNOWN_DIFFERENCES, unexpected } from './known-differences.ts';
import { isRunning } from './process-record.ts';
import { PYTHON_TESTS, pythonEnvironment } from './python-environment.ts';
import { down, terraformOf, up } from './stack.ts';
import type { StackState } from './stack-state.ts';

const folder = stackFolder(join(REPOSITORY, '.local/test-localstack'));
const say = (line: string) => console.log(line);
const times: [step: string, seconds: number][] = [];

const step = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
  say(`— ${name} …`);
  const began = performance.now();
  try {
    return await work();
  } finally {
    times.push([name, (performance.now() - began) / 1000]);
  }
};

class Failed extends Error {}

const require_ = (holds: boolean, message: string): void => {
  if (!holds) throw new Failed(message);
};

/** Runs a program of this repository to its end; gives its exit code. */
const run = (
  command: string,
  args: string[],
  { cwd = REPOSITORY, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
    child.once('error', reject).once('exit', resolve);
  });

const start = () => up({ folder, port: 0, servicePort: 0, runsIn: 'host', say });

/** Kills `local:apply` and then LocalStack while Terraform is at work; what is left has to be no obstacle. */
const killInTheMiddle = async (): Promise<void> => {
  await start();
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const apply = spawn(process.execPath, [main, 'apply', '--dir', folder.path], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => apply.once('exit', () => resolve()));
  while (!read(folder.log('terraform')).includes('Creation complete')) {
    require_(
      apply.exitCode === null,
      `local:apply ended before it made anything; see ${folder.log('terraform')}`,
    );
    await delay(100);
  }
  apply.kill('SIGKILL');
  await ended;
  process.kill(JSON.parse(read(folder.record('localstack'))).pid, 'SIGKILL');
  require_(isRunning(folder.record('terraform')), 'Terraform was not at work when it was to be orphaned');
  require_(await down(folder), 'local:down found nothing to clean up');
  for (const name of PROCESS_NAMES) require_(!isRunning(folder.record(name)), `${name} outlived local:down`);
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** Runs vitest in a package of this repository. */
const vitest = async (
  packageFolder: string,
  args: string[],
  env: Record<string, string>,
): Promise<VitestReport> => {
  const file = join(folder.path, `${packageFolder.replaceAll('/', '-')}.json`);
  writeFileSync(file, '');
  const program = join(REPOSITORY, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run(process.execPath, [program, 'run', ...reporters, ...args], {
    cwd: join(REPOSITORY, packageFolder),
    env,
  });
  require_(code === 0, `tests of ${packageFolder} failed`);
  return JSON.parse(readFileSync(file, 'utf8'));
};

const environment = (stack: StackFolder, state: StackState): Record<string, string> => ({
  E2E_TARGET: 'localstack',
  E2E_OUTPUTS: stack.outputs,
  E2E_AWS_ENDPOINT: state.aws_url,
  E2E_SERVICE_URL: state.service_url,
});

const main = async (): Promise<string> => {
  await step('build', () => buildPackages(say));
  const python = await step('Python environment', async () => {
    await down(folder);
    return pythonEnvironment({ say });
  });
  await step('executor by itself', async () => {
    const code = await run(python.python, ['-m', 'unittest', 'discover', '--start-directory', PYTHON_TESTS], {
      env: { NOTIFY_NODE: process.execPath, NOTIFY_BOOTSTRAP: python.bootstrap },
    });
    require_(code === 0, 'the tests of the executor failed');
  });
  await step('killed in the middle, and down', killInTheMiddle);
  const state = await step('up', start);
  const env = environment(folder, state);
  const { terraform } = await terraformOf(folder, say);
  const resources = await step('apply', async () => {
    await terraform.init();
    await terraform.apply();
    return terraform.resources();
  });
  await step('executor in LocalStack', () =>
    vitest('localstack/host', ['--config', 'vitest.localstack.config.ts'], env),
  );
  const suite = await step('end-to-end suite', () => vitest('e2e', [], env));
  const first = await step('plan', async () => {
    const changes = await terraform.plan();
    const wrong = unexpected(changes, KNOWN_DIFFERENCES);
    require_(
      wrong.length === 0,
      `the plan has other differences than the known ones:\n  ${wrong.join('\n  ')}`,
    );
    return changes.length;
  });
  const second = await step('second apply and plan', async () => {
    await terraform.applyPlan();
    const changes = await terraform.plan();
    const wrong = unexpected(changes, []);
    require_(wrong.length === 0, `the plan behind the second apply is not clean:\n  ${wrong.join('\n  ')}`);
    return changes.length;
  });
  const left = await step('destroy', async () => {
    await terraform.destroy();
    return terraform.resources();
  });
  require_(left === 0, `${left} resources outlived destroy`);
  return [
    `resources=${resources}`,
    `e2e_passed=${suite.numPassedTests}`,
    `e2e_failed=${suite.numFailedTests}`,
    `known_differences=${first}`,
    `second_plan_changes=${second}`,
  ].join(' ');
};

let summary: string | undefined;
try {
  summary = await main();
} catch (error) {
  console.error(
    error instanceof LocalError || error instanceof Failed ? `\n${error.message}` : error,
    `\nLogs: ${folder.path}`,
  );
  process.exitCode = 1;
} finally {
  await step('down', () => down(folder));
}
say('');
for (const [name, seconds] of times) say(`${name.padEnd(32)}${seconds.toFixed(1).padStart(7)} s`);
say(
  `${'in all'.padEnd(32)}${times
    .reduce((sum, [, seconds]) => sum + seconds, 0)
    .toFixed(1)
    .padStart(7)} s`,
);
if (summary) say(`\n${summary}`);
