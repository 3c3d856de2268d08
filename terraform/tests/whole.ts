import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, run, type TerraformCopy } from '@notify/toolchain';
import { checkDeployment } from './deploy.ts';
import { runRunbook } from './documented/run-runbook.ts';
import { Setup } from './documented/run-setup.ts';
import type { PageReport } from './documented/shell.ts';
import { recordCalls } from './drive.ts';
import { Moto } from './moto.ts';
import { judgePermissions } from './permissions.ts';
import { comparePolicies } from './policies.ts';
import type { Recorder } from './recorder.ts';
import { checkRunbook } from './runbook.ts';
import { figure, print, StepFailed, step } from './step.ts';

export interface WholeOptions {
  readonly root: string;
  readonly work: string;
  /** Where moto's Python and the AWS CLI are. */
  readonly bin: string;
  /** Whether every request meets every error, which takes longer than all the rest, and not each kind of them in each way through the code. */
  readonly faults: boolean;
  copyOf(name: string, env: Environment): TerraformCopy;
}

const MOTO = join(import.meta.dirname, 'moto');
const REGION = 'ap-southeast-1';
/** What the whole production configuration has at least. */
const MINIMUM_RESOURCES = 140;

const INIT = ['init', '-input=false', '-no-color'];
const APPLY = ['apply', '-auto-approve', '-input=false', '-no-color', '-parallelism=40'];
const PRODUCTION = [
  '-input=false',
  '-no-color',
  '-parallelism=40',
  '-var-file=environments/production.tfvars',
  '-var-file=tests/moto.tfvars',
];

/** The production configuration and a second environment beside it, made, looked at, worked with and taken down again. */
export const testWhole = async (options: WholeOptions): Promise<void> => {
  const server = await step('moto', () =>
    Moto.start(join(options.bin, 'python'), join(options.work, 'moto.log')),
  );
  if (!server) return;
  try {
    await new Whole(options, server.url).test();
  } finally {
    await server.stop();
  }
};

class Whole {
  readonly #options: WholeOptions;
  readonly #motoUrl: string;
  readonly #production: TerraformCopy;
  readonly #second: TerraformCopy;
  readonly #aws: Environment;
  readonly #python: string;
  readonly #cli: string;
  readonly #pages: PageReport[] = [];

  constructor(options: WholeOptions, motoUrl: string) {
    const account = { AWS_ENDPOINT_URL: motoUrl, AWS_DEFAULT_REGION: REGION, AWS_REGION: REGION };
    this.#options = options;
    this.#motoUrl = motoUrl;
    this.#production = options.copyOf('whole', account);
    this.#second = options.copyOf('second', account);
    this.#aws = this.#production.env;
    this.#python = join(options.bin, 'python');
    this.#cli = join(options.bin, 'aws');
  }

  async test(): Promise<void> {
    const vpc = await step('the VPC it expects', () => this.#makeVpc());
    if (!vpc) return;
    const setup = new Setup({ root: this.#options.root, terraform: this.#second, vpc, cli: this.#cli });
    const isReady = await step('docs/aws.md, the account', () => this.#documented(setup.account()));
    if (!isReady) return;
    // Most of what these take is waiting, and that they can do side by side.
    const networks = this.#otherNetworks();
    await this.#environments(setup, vpc, networks);
    await this.#destroy();
    // By itself, for its programs' time limits are real.
    await this.#faultMatrix();
  }

  /** Production, and a second environment that comes and goes beside it. */
  async #environments(setup: Setup, vpc: Vpc, networks: Promise<readonly string[]>): Promise<void> {
    const network = await step('the network', () => this.#applyNetwork(vpc));
    if (network === undefined) return;
    // An apply waits more than it works.
    const recorder = this.#record();
    const applying = step('apply', () => this.#apply(network));
    const staging = step('docs/aws.md, a second environment', () => this.#stage(setup));
    const working = applying.then(async (applied) => {
      if (!applied) return;
      await step('second plan', () => this.#requireNoChanges('the second plan is not empty'));
      await step('deploy-ecs', () => this.#deploy());
    });
    const [applied, staged] = await Promise.all([applying, staging]);
    if (!applied) return;
    await this.#reachability([
      `notify-production=${vpc.vpc_id}=own`,
      ...(staged ? [`notify-staging=${vpc.vpc_id}=existing`] : []),
      ...(await networks),
    ]);
    const driven = await recorder;
    if (driven) await this.#leastPrivilege(driven, staged !== undefined);
    if (staged) await step('docs/aws.md, the second goes', () => this.#documented(setup.takeAway()));
    await working;
    await step('the first after a release, without the second', async () => {
      const changes = await this.#requireNoChanges('the plan of the first is not empty');
      return staged ? figure(`environments=2 ${changes}`) : changes;
    });
    await step('what exists', () => this.#whatExists(vpc));
    await this.#operate();
  }

  async #makeVpc(...arguments_: string[]): Promise<Vpc> {
    const { stdout } = await run(this.#python, [join(MOTO, 'vpc.py'), ...arguments_], { env: this.#aws });
    return JSON.parse(stdout) as Vpc;
  }

  /** Tells how many commands of a page were run, and adds them to those of the others. */
  async #documented(page: Promise<PageReport>): Promise<string> {
    const report = await page;
    this.#pages.push(report);
    const commands = this.#pages.reduce((sum, each) => sum + each.commands, 0);
    figure(`runbook_commands=${commands} failed=${this.#pages.flatMap(({ failures }) => failures).length}`);
    const summary = `commands=${report.commands} need_aws=${report.needAws}`;
    if (report.failures.length > 0) throw new StepFailed(summary, report.failures.join('\n\n'));
    return summary;
  }

  /** What the second environment finds there. Gives how many resources. */
  async #applyNetwork(vpc: Vpc): Promise<number> {
    writeFileSync(join(this.#production.folder, 'vpc.auto.tfvars.json'), JSON.stringify(vpc));
    await this.#production.output(INIT);
    return addedBy(
      await this.#production.output(['apply', '-auto-approve', '-target=module.network', ...PRODUCTION]),
    );
  }

  async #apply(already: number): Promise<string> {
    const text = await this.#production.output(['apply', '-auto-approve', ...PRODUCTION]);
    const resources = already + addedBy(text);
    if (!(resources >= MINIMUM_RESOURCES))
      throw new StepFailed(`applied=${resources}, expected ${MINIMUM_RESOURCES} or more`);
    return `applied=${resources}`;
  }

  /** Staging in the same account and VPC, which finds production's endpoints there and asks for signatures. */
  async #stage(setup: Setup): Promise<string> {
    const resources = await this.#production.resources();
    const endpoint = resources.find(
      ({ address }) => address === 'module.network.aws_vpc_endpoint.interface["execute-api"]',
    );
    writeFileSync(
      join(this.#second.folder, 'second.auto.tfvars.json'),
      JSON.stringify({
        interface_endpoints: [],
        gateway_endpoints: [],
        api_vpc_endpoint_id: endpoint?.values['id'],
        api_authorization: 'AWS_IAM',
      }),
    );
    return this.#documented(setup.stage());
  }

  /** The network alone, in a VPC with a NAT gateway and no endpoints, and in one that has some of each. */
  async #otherNetworks(): Promise<string[]> {
    const kinds = {
      nat: { vpc: ['nat'], interface_endpoints: ['execute-api'], gateway_endpoints: [] },
      mixed: {
        vpc: ['nat', 'endpoint:kms'],
        interface_endpoints: ['ecr.api', 'execute-api', 'lambda'],
        gateway_endpoints: ['dynamodb'],
      },
    };
    const { AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = this.#aws;
    const terraform = this.#options.copyOf('networks', { AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION });
    await terraform.output(INIT);
    const made = await Promise.all(
      Object.entries(kinds).map(([kind, { vpc: extras, ...endpoints }]) =>
        step(`a network: ${kind}`, async () => {
          const vpc = await this.#makeVpc(...extras);
          const variables = { ...vpc, ...endpoints, environment: kind, client_cidr_blocks: ['10.60.0.0/16'] };
          writeFileSync(join(terraform.folder, `${kind}.tfvars.json`), JSON.stringify(variables));
          await terraform.output([
            ...APPLY,
            '-target=module.network',
            `-state=${kind}.tfstate`,
            `-var-file=${kind}.tfvars.json`,
          ]);
          return `notify-${kind}=${vpc.vpc_id}=${kind}`;
        }),
      ),
    );
    return made.filter((network) => network !== undefined);
  }

  #record(): Promise<Recorder | undefined> {
    return step('the calls of a run', () =>
      recordCalls(this.#options.root, join(this.#options.work, 'recorded'), this.#motoUrl),
    );
  }

  #faultMatrix(): Promise<string | undefined> {
    return step('the fault matrix', async () => {
      const matrix = join(this.#options.root, 'e2e/src/fault-matrix.ts');
      const part = this.#options.faults ? [] : ['--kinds'];
      const { code, text } = await run(process.execPath, [matrix, '--moto', this.#motoUrl, ...part], {
        timeoutS: 3_600,
      });
      const summary = /^fault_cases=\d+ unexpected=\d+$/m.exec(text)?.[0];
      if (summary !== undefined) figure(summary);
      if (code !== 0) throw new StepFailed(summary ?? 'it did not come to its end', text);
      return summary;
    });
  }

  #reachability(networks: readonly string[]): Promise<string | undefined> {
    return step('who reaches whom', async () => {
      const { code, text } = await run(this.#python, [join(MOTO, 'reachability.py'), ...networks], {
        env: this.#aws,
      });
      const summary = /reachability_assertions=\d+ wrong=\d+/.exec(text)?.[0];
      if (summary !== undefined) figure(summary);
      if (code !== 0) throw new StepFailed(summary ?? 'it did not come to its end', text);
      return `networks=${networks.length} ${summary}`;
    });
  }

  #leastPrivilege(recorder: Recorder, staged: boolean): Promise<string | undefined> {
    return step('least privilege', async () => {
      const resources = await this.#production.resources();
      const keyArns = Object.fromEntries(
        resources
          .filter(({ address }) => address.startsWith('aws_kms_key.master['))
          .map(({ address, values }) => [`key/${/\["(.+)"\]/.exec(address)?.[1]}`, String(values['arn'])]),
      );
      const calls = [...recorder.calls.values()];
      const report = comparePolicies(resources, calls, 'notify-production-', keyArns);
      const production = { prefix: 'notify-production-', resources, keyArns };
      const apis = [{ environment: production, signed: false }];
      if (staged) {
        const second = { prefix: 'notify-staging-', resources: await this.#second.resources(), keyArns: {} };
        apis.push({ environment: second, signed: true });
      }
      const judged = await judgePermissions(production, calls, apis);
      const missing = report.missing.length + judged.wrong.length;
      const summary = figure(`iam_missing=${missing} iam_unused=${report.unused.length}`);
      const details = [
        ...judged.wrong.map((line) => `wrong    ${line}`),
        ...report.unused.map((line) => `unused   ${line}`),
        ...report.missing.map((line) => `missing  ${line}`),
        ...[...recorder.unknown].map((line) => `unknown  ${line}`),
      ];
      if (details.length > 0) throw new StepFailed(summary, details.join('\n'));
      for (const line of report.wildcards) print(`        * ${line}`);
      return `calls=${calls.length} wildcard_resources=${report.wildcards.length} simulated=${judged.questions} ${summary}`;
    });
  }

  async #whatExists(vpc: Vpc): Promise<string> {
    const { code, text } = await run(this.#python, [join(MOTO, 'exists_test.py')], {
      env: { ...this.#aws, VPC: JSON.stringify(vpc) },
    });
    if (code !== 0) throw new StepFailed('something is not as it should be', text);
    return `tests=${/Ran (\d+) tests/.exec(text)?.[1]}`;
  }

  async #deploy(): Promise<string> {
    const target = await this.#production.output(['output', '-json', 'query_service']);
    return checkDeployment(this.#options.root, target.trim(), this.#options.bin, this.#aws);
  }

  async #operate(): Promise<void> {
    const { root, work } = this.#options;
    const page = join(root, 'docs/runbook.md');
    await step('the alarms and their entries', async () =>
      checkRunbook(await this.#production.resources(), page),
    );
    const folder = join(this.#production.folder, '..');
    await step('docs/runbook.md', () =>
      this.#documented(runRunbook({ root, work, folder, aws: this.#aws, cli: this.#cli })),
    );
    await step('lift the protection', () =>
      this.#production
        .output(['apply', '-auto-approve', '-refresh=false', ...PRODUCTION, '-var=deletion_protection=false'])
        .then(() => undefined),
    );
  }

  #destroy(): Promise<string | undefined> {
    return step('destroy', async () => {
      const text = await this.#production.output([
        'destroy',
        '-auto-approve',
        '-refresh=false',
        ...PRODUCTION,
        '-var=deletion_protection=false',
      ]);
      const left = await this.#production.resources();
      if (left.length > 0)
        throw new StepFailed(
          `${left.length} resources are left`,
          left.map(({ address }) => address).join('\n'),
        );
      return `destroyed=${/Destroy complete! Resources: (\d+) destroyed/.exec(text)?.[1]}`;
    });
  }

  /** What deploy-ecs did is no drift either: Terraform takes the image and the revision from where it put them. */
  async #requireNoChanges(otherwise: string): Promise<string> {
    const { code, text } = await this.#production.run(['plan', '-detailed-exitcode', ...PRODUCTION]);
    if (code !== 0) throw new StepFailed(otherwise, text);
    return 'changes=0';
  }
}

interface Vpc {
  readonly vpc_id: string;
  readonly private_subnet_ids: readonly string[];
}

/** How many resources an apply has made. */
const addedBy = (text: string): number =>
  Number(/Apply complete! Resources: (\d+) added/.exec(text)?.[1] ?? Number.NaN);
