import { cpSync, existsSync, globSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { toolchainError } from './errors.ts';
import { type Environment, type Output, output, type RunOptions, run } from './program.ts';

const PROVIDER = 'registry.terraform.io/hashicorp/aws';

/** A resource or an output as `terraform show -json` has it. */
export interface Resource {
  readonly address: string;
  readonly type: string;
  readonly mode: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A change that a plan would make. */
export interface PlannedChange {
  readonly address: string;
  readonly actions: readonly string[];
  /** The attributes that differ, at the top level. */
  readonly attributes: readonly string[];
}

export interface TerraformCopyOptions {
  /** The root of this repository. */
  readonly repository: string;
  /** Where the copy lives. */
  readonly folder: string;
  /** Beside what every Terraform here gets. */
  readonly env?: Environment;
}

/**
 * The configuration terraform/ in a copy of its own, so that its state, its lock file and what others write beside it stay apart.
 * Nothing that it runs reaches a real account: no variable of AWS or Terraform is taken from the developer's environment.
 */
export class TerraformCopy {
  /** The copy of terraform/. */
  readonly folder: string;
  /** What its programs see beside this process's environment; undefined takes one away. */
  readonly env: Environment;
  readonly #repository: string;

  /** Copies the configuration as it is now. */
  constructor({ repository, folder, env = {} }: TerraformCopyOptions) {
    this.#repository = repository;
    this.folder = join(folder, 'terraform');
    const cliConfigFile = join(folder, 'terraform.tfrc');
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(cliConfigFile, cliConfig(findProviderMirror()));
    this.env = {
      ...withoutAccount(process.env),
      TF_CLI_CONFIG_FILE: cliConfigFile,
      TF_IN_AUTOMATION: 'true',
      CHECKPOINT_DISABLE: '1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '2',
      ...env,
    };
    this.refresh();
  }

  /** Copies the configuration again; what Terraform itself has written stays. */
  refresh(): void {
    for (const name of readdirSync(this.folder).filter(isConfiguration))
      rmSync(join(this.folder, name), { recursive: true });
    cpSync(join(this.#repository, 'terraform'), this.folder, {
      recursive: true,
      filter: (path) => isConfiguration(basename(path)),
    });
  }

  /** Puts the built zips where the configuration looks for them, so that a build in the meantime changes nothing. */
  copyZips(): void {
    for (const zip of globSync('packages/*/dist/function.zip', { cwd: this.#repository }))
      cpSync(join(this.#repository, zip), join(dirname(this.folder), zip));
  }

  /**
   * Runs Terraform to its end; a failure is its code.
   * @throws LocalError `TERRAFORM.MISSING`
   */
  async run(args: readonly string[], env: Environment = {}, timeoutS = 400): Promise<Output> {
    return started(run('terraform', args, this.#options(env, timeoutS)));
  }

  /**
   * Runs a command of Terraform that has to succeed and gives what it printed.
   * @throws LocalError `TERRAFORM.MISSING`
   * @throws ProgramFailed
   */
  async output(args: readonly string[], env: Environment = {}, timeoutS = 400): Promise<string> {
    return started(output('terraform', args, this.#options(env, timeoutS)));
  }

  /** The managed resources of the state. */
  async resources(): Promise<Resource[]> {
    const state = JSON.parse(await this.output(['show', '-json'])) as {
      values?: { root_module: StateModule };
    };
    return state.values ? resourcesOf(state.values.root_module).filter(({ mode }) => mode === 'managed') : [];
  }

  /** The changes of a plan that was saved in a file of the copy. */
  async plannedChanges(file: string): Promise<PlannedChange[]> {
    return plannedChanges(JSON.parse(await this.output(['show', '-json', file])));
  }

  #options(env: Environment, timeoutS: number): RunOptions {
    return { cwd: this.folder, env: { ...this.env, ...env }, timeoutS };
  }
}

const started = async <T>(program: Promise<T>): Promise<T> => {
  try {
    return await program;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw toolchainError('TERRAFORM.MISSING', 'There is no Terraform.', error);
  }
};

/** Each variable of AWS and Terraform in an environment, taken away. */
const withoutAccount = (env: Environment): Environment =>
  Object.fromEntries(
    Object.keys(env)
      .filter((name) => /^(AWS|TF)_/.test(name))
      .map((name) => [name, undefined]),
  );

interface StateModule {
  readonly resources?: readonly Resource[];
  readonly child_modules?: readonly StateModule[];
}

const resourcesOf = ({ resources = [], child_modules = [] }: StateModule): Resource[] => [
  ...resources,
  ...child_modules.flatMap(resourcesOf),
];

/** What belongs to the configuration: not another deployment's state, lock, backend or variables, nor what tflocal leaves. */
const isConfiguration = (name: string): boolean =>
  !['.terraform', '.terraform.lock.hcl', 'backend.tf', 'node_modules'].includes(name) &&
  !/\.tfstate(\.|$)|_override\.tf$/.test(name);

/**
 * A folder from which Terraform can take the AWS provider without asking its registry: TF_PROVIDER_MIRROR, else where Terraform looks
 * by itself, else a folder in /opt. Undefined when none holds it.
 */
export const findProviderMirror = (env: Environment = process.env, home = homedir()): string | undefined => {
  const named = env['TF_PROVIDER_MIRROR'];
  const places = [
    // Named by the folder itself or by the registry's folder in it.
    ...(named ? [basename(named) === dirname(dirname(PROVIDER)) ? dirname(named) : named] : []),
    join(home, '.terraform.d/plugins'),
    join(home, '.local/share/terraform/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    '/usr/share/terraform/providers',
    ...(existsSync('/opt') ? readdirSync('/opt').map((name) => join('/opt', name)) : []),
    '/opt/terraform/plugins',
  ];
  return places.find((place) => existsSync(join(place, PROVIDER)));
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
