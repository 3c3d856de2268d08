import { cpSync, existsSync, globSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Environment, type Output, run, StepFailed } from './shell.ts';

/** A resource or an output as `terraform show -json` has it. */
export interface Resource {
  readonly address: string;
  readonly type: string;
  readonly mode: string;
  readonly values: Readonly<Record<string, unknown>>;
}

interface StateModule {
  readonly resources?: readonly Resource[];
  readonly child_modules?: readonly StateModule[];
}

/** Environment in which nothing reaches a real account. */
export const NO_ACCOUNT = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '2',
};

/**
 * The configuration in a copy of its own, with the zips beside it: state, lock file and a build in the meantime stay apart.
 */
export class Terraform {
  readonly #folder: string;
  readonly #env: Environment;

  constructor(root: string, folder: string) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(join(root, 'terraform'), join(folder, 'terraform'), { recursive: true, filter: isConfiguration });
    for (const zip of globSync('packages/*/dist/function.zip', { cwd: root })) {
      cpSync(join(root, zip), join(folder, zip));
    }
    const cliConfig = join(folder, 'terraform.tfrc');
    writeFileSync(cliConfig, `disable_checkpoint = true\n${installation(findMirror())}`);
    this.#folder = join(folder, 'terraform');
    this.#env = {
      ...NO_ACCOUNT,
      TF_CLI_CONFIG_FILE: cliConfig,
      TF_IN_AUTOMATION: 'true',
    };
  }

  get folder(): string {
    return this.#folder;
  }

  run(args: readonly string[], env: Environment = {}, timeoutS = 400): Promise<Output> {
    return run('terraform', args, { cwd: this.#folder, env: { ...this.#env, ...env }, timeoutS });
  }

  /** Runs a command that has to succeed and gives what it printed. */
  async must(args: readonly string[], env: Environment = {}, timeoutS = 400): Promise<string> {
    const { code, text } = await this.run(args, env, timeoutS);
    if (code !== 0) throw new StepFailed(`terraform ${args[0]} ended with ${code}`, text);
    return text;
  }

  /** The managed resources of the state. */
  async resources(): Promise<Resource[]> {
    const state = JSON.parse(await this.must(['show', '-json'])) as { values?: { root_module: StateModule } };
    return state.values ? resourcesOf(state.values.root_module).filter(({ mode }) => mode === 'managed') : [];
  }
}

const resourcesOf = ({ resources = [], child_modules = [] }: StateModule): Resource[] => [
  ...resources,
  ...child_modules.flatMap(resourcesOf),
];

const isConfiguration = (path: string): boolean =>
  !['.terraform', '.terraform.lock.hcl', 'backend.tf', 'node_modules'].includes(basename(path)) &&
  !/\.tfstate(\.|$)|_override\.tf$/.test(path);

/**
 * The folder that holds `registry.terraform.io`, for machines that cannot reach the registry: TF_PROVIDER_MIRROR, else where Terraform
 * looks by itself, else a folder in /opt.
 */
const findMirror = (): string | undefined => {
  const named = process.env['TF_PROVIDER_MIRROR'];
  if (named) return basename(named) === 'registry.terraform.io' ? dirname(named) : named;
  const places = [
    join(homedir(), '.terraform.d/plugins'),
    join(homedir(), '.local/share/terraform/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    '/usr/share/terraform/providers',
    ...(existsSync('/opt') ? readdirSync('/opt').map((name) => join('/opt', name)) : []),
  ];
  return places.find((place) => existsSync(join(place, 'registry.terraform.io/hashicorp/aws')));
};

const installation = (mirror: string | undefined): string =>
  mirror === undefined
    ? ''
    : `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
