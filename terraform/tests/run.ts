import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildPackages,
  type Environment,
  endAll,
  output,
  pip,
  run,
  TerraformCopy,
  virtualEnvironment,
} from '@notify/toolchain';
import { isCostPageCurrent } from '../cost/cost.ts';
import { isScalePageCurrent } from '../cost/scale.ts';
import { checkDeployment } from './deploy.ts';
import { recordCalls } from './drive.ts';
import { Moto } from './moto.ts';
import { judgePermissions } from './permissions.ts';
import { comparePolicies } from './policies.ts';
import { checkRunbook } from './runbook.ts';
import { StepFailed } from './step.ts';

const ROOT = join(import.meta.dirname, '../..');
const WORK = join(ROOT, '.local/terraform');
const TESTS = import.meta.dirname;
/** What the tests run on, the likeliest first. */
const PYTHONS = ['3.13', '3.12', '3.11', '3.10'];
const REGION = 'ap-southeast-1';
/** What the whole production configuration has at least. */
const MINIMUM_RESOURCES = 140;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

let failed = 0;
let interrupted = false;

/** Runs one step, says how it ended, and goes on: later steps say more. Gives undefined when it failed. */
const step = async <T>(name: string, work: () => Promise<T>): Promise<T | undefined> => {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  try {
    if (interrupted) throw new StepFailed('interrupted');
    const result = await work();
    print(`ok      ${name} (${seconds()})${typeof result === 'string' ? `: ${result}` : ''}`);
    return result;
  } catch (error) {
    failed++;
    const { message, details = '' } = error as StepFailed;
    print(`FAILED  ${name} (${seconds()}): ${message}`);
    if (details) print(details.trimEnd().split('\n').slice(-60).join('\n').replace(/^/gm, '        '));
    return undefined;
  }
};

const count = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);

/** The sources, and each module's contract with mocked providers. */
const withoutApply = async (terraform: TerraformCopy, checkov: string | undefined): Promise<void> => {
  await step('docs/cost.md', async () => {
    if (!isCostPageCurrent()) throw new StepFailed('docs/cost.md is stale: run node terraform/cost/cost.ts');
  });
  await step('docs/scale.md', async () => {
    if (!isScalePageCurrent())
      throw new StepFailed('docs/scale.md is stale: run node terraform/cost/scale.ts');
  });
  await step('terraform fmt', () =>
    terraform.output(['fmt', '-check', '-recursive', '-diff']).then(() => undefined),
  );
  await step('terraform init', () =>
    terraform.output(['init', '-input=false', '-no-color']).then(() => undefined),
  );
  await step('terraform validate', () => terraform.output(['validate', '-no-color']).then(() => undefined));
  await step('examples', async () => {
    const examples = readdirSync(join(terraform.folder, 'examples'));
    for (const example of examples) {
      await terraform.output([`-chdir=examples/${example}`, 'init', '-input=false', '-no-color']);
      await terraform.output([`-chdir=examples/${example}`, 'validate', '-no-color']);
    }
    return `valid=${examples.length}`;
  });
  await step('terraform test', async () => {
    const { code, text } = await terraform.run(['test', '-no-color']);
    const summary = `passed=${count(text, /(\d+) passed/)} failed=${count(text, /(\d+) failed/)}`;
    if (code !== 0) throw new StepFailed(summary, text);
    return summary;
  });
  if (checkov === undefined) return;
  await step('checkov', async () => {
    const args = [
      '-d',
      terraform.folder,
      '--framework',
      'terraform',
      '--var-file',
      'environments/production.tfvars',
    ];
    const { text } = await run(
      join(checkov, 'python'),
      ['-m', 'checkov.main', ...args, '--compact', '--skip-download'],
      {
        cwd: terraform.folder,
      },
    );
    const [, passed, bad, skipped] =
      /Passed checks: (\d+), Failed checks: (\d+), Skipped checks: (\d+)/.exec(text) ?? [];
    const summary = `passed=${passed} skipped=${skipped} checkov_failed=${bad}`;
    if (bad !== '0') throw new StepFailed(summary, text);
    return summary;
  });
};

/** The whole production configuration, made, looked at and taken down again. */
const wholeRoot = async (terraform: TerraformCopy, moto: string): Promise<void> => {
  const python = join(moto, 'python');
  await step('terraform init of the whole', () =>
    terraform.output(['init', '-input=false', '-no-color']).then(() => undefined),
  );
  const server = await step('moto', () => Moto.start(python, join(WORK, 'moto.log')));
  if (!server) return;
  try {
    const aws = {
      ...terraform.env,
      AWS_ENDPOINT_URL: server.url,
      AWS_DEFAULT_REGION: REGION,
      AWS_REGION: REGION,
    };
    const vpc = await step('the VPC it expects', () =>
      output(python, [join(TESTS, 'moto/vpc.py')], { env: aws }).then((text) => text.trim()),
    );
    if (!vpc) return;
    writeFileSync(join(terraform.folder, 'vpc.auto.tfvars.json'), vpc);
    const variables = ['-var-file=environments/production.tfvars', '-var-file=tests/moto.tfvars'];
    const common = ['-input=false', '-no-color', '-parallelism=20', ...variables];

    await step('the account', async () => {
      await terraform.output(['-chdir=account', 'init', '-input=false', '-no-color']);
      await terraform.output(['-chdir=account', 'apply', '-auto-approve', '-input=false', '-no-color'], aws);
    });
    const applied = await step('apply', async () => {
      const text = await terraform.output(['apply', '-auto-approve', ...common], aws);
      const resources = count(text, /Apply complete! Resources: (\d+) added/);
      if (!(resources >= MINIMUM_RESOURCES))
        throw new StepFailed(`applied=${resources}, expected ${MINIMUM_RESOURCES} or more`);
      return `applied=${resources}`;
    });
    if (applied) {
      await step('second plan', async () => {
        const { code, text } = await terraform.run(['plan', '-detailed-exitcode', ...common], aws);
        if (code !== 0) throw new StepFailed('the second plan is not empty', text);
        return 'changes=0';
      });
      await step('what exists', async () => {
        const { code, text } = await run(python, [join(TESTS, 'moto/exists_test.py')], {
          env: { ...aws, VPC: vpc },
        });
        if (code !== 0) throw new StepFailed('something is not as it should be', text);
        return `tests=${count(text, /Ran (\d+) tests/)}`;
      });
      const staging = await secondEnvironment(terraform, aws);
      await reachability(python, aws, [
        `notify-production=${ids(vpc).vpc_id}=own`,
        ...(staging ? [`notify-staging=${ids(vpc).vpc_id}=existing`] : []),
        ...(await otherNetworks(python, aws)),
      ]);
      await leastPrivilege(terraform, server.url, staging);
      if (staging) await endSecondEnvironment(staging, terraform, aws, common);
      await step('deploy-ecs', async () => {
        const target = await terraform.output(['output', '-json', 'query_service']);
        const result = await checkDeployment(ROOT, target.trim(), moto, aws);
        // What deploy-ecs did is no drift: Terraform takes the image and the revision from where it put them.
        const { code, text } = await terraform.run(['plan', '-detailed-exitcode', ...common], aws);
        if (code !== 0) throw new StepFailed('the plan after a deployment is not empty', text);
        return `${result} changes_after=0`;
      });
      await step('runbook', async () =>
        checkRunbook(await terraform.resources(), join(ROOT, 'docs/runbook.md')),
      );
      await step('lift the protection', () =>
        terraform
          .output(
            ['apply', '-auto-approve', '-refresh=false', ...common, '-var=deletion_protection=false'],
            aws,
          )
          .then(() => undefined),
      );
    }
    await step('destroy', async () => {
      const text = await terraform.output(
        ['destroy', '-auto-approve', '-refresh=false', ...common, '-var=deletion_protection=false'],
        aws,
      );
      const left = await terraform.resources();
      if (left.length > 0)
        throw new StepFailed(
          `${left.length} resources are left`,
          left.map(({ address }) => address).join('\n'),
        );
      return `destroyed=${count(text, /Destroy complete! Resources: (\d+) destroyed/)}`;
    });
  } finally {
    await server.stop();
  }
};

/** The parts that the tests need of what the VPC's script printed. */
const ids = (vpc: string): { vpc_id: string; private_subnet_ids: string[] } => JSON.parse(vpc);

const copyOf = (name: string): TerraformCopy => {
  const folder = join(WORK, `copy-${name}`);
  rmSync(folder, { recursive: true, force: true });
  const terraform = new TerraformCopy({ repository: ROOT, folder });
  terraform.copyZips();
  return terraform;
};

interface SecondEnvironment {
  readonly terraform: TerraformCopy;
  readonly variables: readonly string[];
}

/** Staging in the same account and VPC, which finds production's endpoints there and asks for signatures. */
const secondEnvironment = (first: TerraformCopy, aws: Environment) =>
  step('a second environment', async (): Promise<SecondEnvironment> => {
    const terraform = copyOf('second');
    const endpoint = (await first.resources()).find(
      ({ address }) => address === 'module.network.aws_vpc_endpoint.interface["execute-api"]',
    );
    const vpc = readFileSync(join(first.folder, 'vpc.auto.tfvars.json'), 'utf8');
    writeFileSync(
      join(terraform.folder, 'second.auto.tfvars.json'),
      JSON.stringify({
        ...ids(vpc),
        interface_endpoints: [],
        gateway_endpoints: [],
        api_vpc_endpoint_id: endpoint?.values['id'],
        api_authorization: 'AWS_IAM',
      }),
    );
    const variables = [
      '-input=false',
      '-no-color',
      '-parallelism=20',
      '-var-file=environments/staging.tfvars',
      '-var-file=tests/moto.tfvars',
    ];
    await terraform.output(['init', '-input=false', '-no-color']);
    await terraform.output(['apply', '-auto-approve', ...variables], aws);
    return { terraform, variables };
  });

/** One environment is taken down, and nothing of the other's has gone with it. */
const endSecondEnvironment = (
  { terraform, variables }: SecondEnvironment,
  first: TerraformCopy,
  aws: Environment,
  common: readonly string[],
) =>
  step('the first without the second', async () => {
    await terraform.output(['destroy', '-auto-approve', '-refresh=false', ...variables], aws);
    const { code, text } = await first.run(['plan', '-detailed-exitcode', ...common], aws);
    if (code !== 0) throw new StepFailed('environments=2: the plan of the first is not empty', text);
    return 'environments=2 changes=0';
  });

/** The network alone, in a VPC with a NAT gateway and no endpoints, and in one that has some of each. */
const otherNetworks = async (python: string, aws: Environment): Promise<string[]> => {
  const kinds = {
    nat: { vpc: ['nat'], interface_endpoints: ['execute-api'], gateway_endpoints: [] },
    mixed: {
      vpc: ['nat', 'endpoint:kms'],
      interface_endpoints: ['ecr.api', 'execute-api', 'lambda'],
      gateway_endpoints: ['dynamodb'],
    },
  };
  const terraform = copyOf('networks');
  const made: string[] = [];
  for (const [kind, { vpc, ...endpoints }] of Object.entries(kinds)) {
    const name = await step(`a network: ${kind}`, async () => {
      const { stdout } = await run(python, [join(TESTS, 'moto/vpc.py'), ...vpc], { env: aws });
      const variables = {
        ...ids(stdout),
        ...endpoints,
        environment: kind,
        client_cidr_blocks: ['10.60.0.0/16'],
      };
      writeFileSync(join(terraform.folder, `${kind}.tfvars.json`), JSON.stringify(variables));
      await terraform.output(['init', '-input=false', '-no-color']);
      await terraform.output(
        [
          'apply',
          '-auto-approve',
          '-input=false',
          '-no-color',
          '-target=module.network',
          `-state=${kind}.tfstate`,
          `-var-file=${kind}.tfvars.json`,
        ],
        aws,
      );
      made.push(`notify-${kind}=${variables.vpc_id}=${kind}`);
      return 'applied';
    });
    if (!name) return made;
  }
  return made;
};

const reachability = (python: string, aws: Environment, networks: readonly string[]) =>
  step('who reaches whom', async () => {
    const { code, text } = await run(python, [join(TESTS, 'moto/reachability.py'), ...networks], {
      env: aws,
    });
    const summary = /reachability_assertions=\d+ wrong=\d+/.exec(text)?.[0] ?? 'it did not come to its end';
    if (code !== 0) throw new StepFailed(summary, text);
    return `networks=${networks.length} ${summary}`;
  });

const leastPrivilege = (terraform: TerraformCopy, kmsUrl: string, staging: SecondEnvironment | undefined) =>
  step('least privilege', async () => {
    const recorder = await recordCalls(ROOT, join(WORK, 'recorded'), kmsUrl);
    const resources = await terraform.resources();
    const keyArns = Object.fromEntries(
      resources
        .filter(({ address }) => address.startsWith('aws_kms_key.master['))
        .map(({ address, values }) => [`key/${/\["(.+)"\]/.exec(address)?.[1]}`, String(values['arn'])]),
    );
    const report = comparePolicies(resources, [...recorder.calls.values()], 'notify-production-', keyArns);
    const production = { prefix: 'notify-production-', resources, keyArns };
    const judged = await judgePermissions(
      production,
      [...recorder.calls.values()],
      [
        { environment: production, signed: false },
        ...(staging
          ? [
              {
                environment: {
                  prefix: 'notify-staging-',
                  resources: await staging.terraform.resources(),
                  keyArns: {},
                },
                signed: true,
              },
            ]
          : []),
      ],
    );
    const summary = `calls=${recorder.calls.size} wildcard_resources=${report.wildcards.length} simulated=${judged.questions} iam_missing=${report.missing.length + judged.wrong.length} iam_unused=${report.unused.length}`;
    const details = [
      ...judged.wrong.map((line) => `wrong    ${line}`),
      ...report.unused.map((line) => `unused   ${line}`),
      ...report.missing.map((line) => `missing  ${line}`),
      ...[...recorder.unknown].map((line) => `unknown  ${line}`),
    ];
    if (details.length > 0) throw new StepFailed(summary, details.join('\n'));
    for (const line of report.wildcards) print(`        * ${line}`);
    return summary;
  });

const main = async (): Promise<void> => {
  const start = performance.now();
  mkdirSync(WORK, { recursive: true });
  await buildPackages(print);
  const python = (name: string) =>
    step(`Python with ${name}`, () => {
      const requirements = join(TESTS, `requirements-${name}.txt`);
      return virtualEnvironment({
        folder: join(WORK, name),
        versions: PYTHONS,
        madeOf: readFileSync(requirements, 'utf8'),
        install: (bin) => pip(bin, '-r', requirements),
      });
    });
  await Promise.all([
    python('checkov').then((bin) => withoutApply(copyOf('contracts'), bin)),
    python('moto').then((bin) => (bin === undefined ? undefined : wholeRoot(copyOf('whole'), bin))),
  ]);
  print(`failed=${failed} in ${Math.round((performance.now() - start) / 1000)} s`);
  process.exitCode = failed === 0 ? 0 : 1;
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true;
    endAll();
  });
}
await main();
