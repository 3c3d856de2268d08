import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_AWS } from '@notify/dynamodb';
import { type PlannedChange, TerraformCopy } from '@notify/toolchain';
import { hostError } from './errors.ts';
import { REPOSITORY, type StackFolder } from './folders.ts';
import { startRecorded, stopRecorded } from './process-record.ts';
import type { PythonEnvironment } from './python-environment.ts';

export interface TerraformOptions {
  readonly folder: StackFolder;
  readonly python: PythonEnvironment;
  readonly awsUrl: string;
  /** Variables beside those of environments/localstack.tfvars. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The real root, terraform/, applied to LocalStack by tflocal. It runs in a copy: tflocal writes an override file beside the
 * configuration and refuses to run when one is left, and the state belongs to this LocalStack, not to the repository.
 */
export class Terraform {
  readonly #options: TerraformOptions;
  readonly #copy: TerraformCopy;

  constructor(options: TerraformOptions) {
    this.#options = options;
    this.#copy = new TerraformCopy({
      repository: REPOSITORY,
      folder: options.folder.terraform,
      env: {
        PATH: `${options.python.bin}:${process.env['PATH'] ?? ''}`,
        AWS_ENDPOINT_URL: options.awsUrl,
        S3_HOSTNAME: '127.0.0.1',
        AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
        AWS_DEFAULT_REGION: LOCAL_AWS.region,
      },
    });
  }

  /**
   * Takes the configuration as it is now and initialises it.
   * @throws LocalError `TERRAFORM.MISSING`, `TERRAFORM.FAILED`
   */
  async init(): Promise<void> {
    // tflocal needs it, and says less about its being missing.
    await this.#copy.run(['version']);
    this.#copy.refresh();
    writeFileSync(
      join(this.#copy.folder, STACK_VARIABLES),
      JSON.stringify(
        { ...this.#options.variables, packages_dir: join(REPOSITORY, 'packages') },
        undefined,
        2,
      ),
    );
    await this.#run('init', ['-upgrade']);
  }

  async apply(): Promise<void> {
    await this.#apply(['-auto-approve', ...VARIABLES]);
  }

  /** Applies what the last {@link plan} showed. */
  async applyPlan(): Promise<void> {
    await this.#apply([PLAN]);
  }

  async #apply(args: readonly string[]): Promise<void> {
    await this.#run('apply', args);
    writeFileSync(this.#options.folder.outputs, await this.#copy.output(['output', '-json']));
  }

  async destroy(): Promise<void> {
    await this.#run('destroy', ['-auto-approve', ...VARIABLES]);
    rmSync(this.#options.folder.outputs, { force: true });
  }

  /** What an apply would change now. */
  async plan(): Promise<PlannedChange[]> {
    await this.#run('plan', [`-out=${PLAN}`, ...VARIABLES]);
    return this.#copy.plannedChanges(PLAN);
  }

  /** How many resources the state holds; data sources are none. */
  async resources(): Promise<number> {
    return (await this.#copy.resources()).length;
  }

  /** Runs tflocal in a process group of its own, so that what a killed program leaves behind is found and ended. */
  async #run(command: string, args: readonly string[]): Promise<void> {
    const record = this.#options.folder.record('terraform');
    await stopRecorded(record);
    const log = this.#options.folder.log('terraform');
    const started = startRecorded({
      command: join(this.#options.python.bin, 'tflocal'),
      args: [
        command,
        '-input=false',
        '-no-color',
        ...(command === 'init' ? [] : ['-compact-warnings']),
        ...args,
      ],
      env: { ...process.env, ...this.#copy.env },
      cwd: this.#copy.folder,
      log,
      record,
    });
    const interrupt = () => process.kill(-started.pid, 'SIGINT');
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    try {
      const code = await started.exited;
      if (code !== 0)
        throw hostError('TERRAFORM.FAILED', `tflocal ${command} ended with ${code}; see ${log}.`);
    } finally {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      rmSync(record, { force: true });
    }
  }
}

/** What differs from stack to stack. */
const STACK_VARIABLES = 'stack.tfvars.json';
const PLAN = 'plan.tfplan';
const VARIABLES = ['-var-file=environments/localstack.tfvars', `-var-file=${STACK_VARIABLES}`];
