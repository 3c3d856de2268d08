import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { LOCAL_AWS, LocalError } from '@notify/dynamodb-local';
import { REPOSITORY, type StackFolder } from './folders.ts';
import { startRecorded, stopRecorded } from './process-record.ts';
import type { PythonEnvironment } from './python-environment.ts';

const run = promisify(execFile);
const PROVIDER = 'registry.terraform.io/hashicorp/aws';

export interface TerraformOptions {
  readonly folder: StackFolder;
  readonly python: PythonEnvironment;
  readonly awsUrl: string;
  /** Variables beside those of environments/localstack.tfvars. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A change that a plan would make. */
export interface PlannedChange {
  readonly address: string;
  readonly actions: readonly string[];
  /** The attributes that differ, at the top level. */
  readonly attributes: readonly string[];
}

/**
 * The real root, terraform/, applied to LocalStack by tflocal. It runs in a copy: tflocal writes an override file beside the
 * configuration and refuses to run when one is left, and the state belongs to this LocalStack, not to the repository.
 */
export class Terraform {
  readonly #options: TerraformOptions;
  readonly #root: string;

  constructor(options: TerraformOptions) {
    this.#options = options;
    this.#root = join(options.folder.terraform, 'terraform');
  }

  /**
   * Copies the configuration as it is now and initialises it.
   * @throws LocalError `TERRAFORM.MISSING`, `TERRAFORM.FAILED`
   */
  async init(): Promise<void> {
    if (spawnSync('terraform', ['version'], { env: this.#environment() }).status !== 0)
      throw new LocalError('TERRAFORM.MISSING', 'There is no Terraform.');
    mkdirSync(this.#root, { recursive: true });
    // What was copied before, and the override file of a tflocal that was killed. Terraform's own files stay.
    for (const name of readdirSync(this.#root).filter(isConfiguration))
      rmSync(join(this.#root, name), { recursive: true });
    cpSync(join(REPOSITORY, 'terraform'), this.#root, { recursive: true, filter: isConfiguration });
    writeFileSync(this.#cliConfig, cliConfig(findProviderMirror()));
    writeFileSync(
      join(this.#root, STACK_VARIABLES),
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
    writeFileSync(this.#options.folder.outputs, await this.#read(['output', '-json']));
  }

  async destroy(): Promise<void> {
    await this.#run('destroy', ['-auto-approve', ...VARIABLES]);
    rmSync(this.#options.folder.outputs, { force: true });
  }

  /** What an apply would change now. */
  async plan(): Promise<PlannedChange[]> {
    await this.#run('plan', [`-out=${PLAN}`, ...VARIABLES]);
    return plannedChanges(JSON.parse(await this.#read(['show', '-json', PLAN])));
  }

  /** How many resources the state holds; data sources are none. */
  async resources(): Promise<number> {
    const list = await this.#read(['state', 'list']);
    return list.split('\n').filter((line) => line !== '' && !/(^|\.)data\./.test(line)).length;
  }

  get #cliConfig(): string {
    return join(this.#options.folder.terraform, 'terraform.tfrc');
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
      env: this.#environment(),
      cwd: this.#root,
      log,
      record,
    });
    const interrupt = () => process.kill(-started.pid, 'SIGINT');
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    try {
      const code = await started.exited;
      if (code !== 0)
        throw new LocalError('TERRAFORM.FAILED', `tflocal ${command} ended with ${code}; see ${log}.`);
    } finally {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      rmSync(record, { force: true });
    }
  }

  /** Runs Terraform for what it prints; only the state and files are read. */
  async #read(args: string[]): Promise<string> {
    const options = { cwd: this.#root, env: this.#environment(), maxBuffer: 64 * 1024 * 1024 };
    return (await run('terraform', args, options)).stdout;
  }

  #environment(): Record<string, string> {
    const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env;
    return {
      PATH: `${this.#options.python.bin}:${PATH}`,
      HOME,
      LANG,
      TF_CLI_CONFIG_FILE: this.#cliConfig,
      TF_IN_AUTOMATION: '1',
      CHECKPOINT_DISABLE: '1',
      AWS_ENDPOINT_URL: this.#options.awsUrl,
      S3_HOSTNAME: '127.0.0.1',
      AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
      AWS_DEFAULT_REGION: LOCAL_AWS.region,
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }
}

/** What differs from stack to stack. */
const STACK_VARIABLES = 'stack.tfvars.json';
const PLAN = 'plan.tfplan';
const VARIABLES = ['-var-file=environments/localstack.tfvars', `-var-file=${STACK_VARIABLES}`];

/** What belongs to the configuration: not another deployment's state, lock or backend. */
const isConfiguration = (path: string): boolean =>
  !['.terraform', '.terraform.lock.hcl', 'backend.tf', 'tests'].includes(basename(path)) &&
  !/\.tfstate/.test(basename(path));

/**
 * A folder from which Terraform can take the AWS provider without asking its registry: TF_PROVIDER_MIRROR, or a usual place that
 * holds it. Undefined when there is none.
 */
export const findProviderMirror = (
  env: Readonly<Record<string, string | undefined>> = process.env,
  home = homedir(),
): string | undefined => {
  const named = env['TF_PROVIDER_MIRROR'];
  const usual = [
    join(home, '.terraform.d/plugins'),
    join(home, '.local/share/terraform/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    '/opt/tf-plugins',
    '/opt/terraform/plugins',
  ];
  return [...(named ? [named] : []), ...usual].find((folder) => existsSync(join(folder, PROVIDER)));
};

/** Terraform's CLI configuration: the mirror for what it holds, the registry for the rest. */
const cliConfig = (mirror: string | undefined): string =>
  mirror === undefined
    ? ''
    : `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["${PROVIDER}"]
  }
  direct {
    exclude = ["${PROVIDER}"]
  }
}
`;

interface Plan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
      readonly after_unknown?: Readonly<Record<string, unknown>>;
    };
  }[];
}

/** The changes of a plan as `terraform show -json` tells it. */
export const plannedChanges = (plan: Plan): PlannedChange[] =>
  (plan.resource_changes ?? [])
    .filter(({ change }) => !['no-op', 'read'].includes(change.actions.join()))
    .map(({ address, change: { actions, before, after, after_unknown } }) => {
      const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
      const attributes = [...names].filter(
        (name) =>
          JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]) || after_unknown?.[name] === true,
      );
      return { address, actions, attributes: attributes.sort() };
    });
