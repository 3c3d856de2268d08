import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EmbeddedStack } from '@notify/embedded';
import { apiUrl, readState, stackFolder } from '@notify/host';
import { z } from 'zod';

export type Authorization = 'NONE' | 'AWS_IAM';

const TARGETS = ['embedded', 'localstack', 'aws'] as const;

/** The stage that the suite looks at. */
export interface Target {
  readonly kind: (typeof TARGETS)[number];
  /** The AWS endpoint; undefined is AWS itself. */
  readonly awsEndpoint?: string;
  readonly region?: string;
  /** Stage URLs of the REST APIs by name. */
  readonly apis: Readonly<Record<string, string>>;
  /** Whether these take only signed requests. */
  readonly authorization: Authorization;
  /** The query service itself, where it can be reached past the API. */
  readonly serviceUrl?: string;
  /** Real names by the names in terraform/tables.json and functions.json. */
  readonly tables: Readonly<Record<string, string>>;
  readonly functions: Readonly<Record<string, string>>;
  /** Where batches lie that a stream has given up; there is none on the embedded stack. */
  readonly givenUpBucket?: string;
  readonly dashboard?: string;
  readonly alarmTopic?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What the suite needs of `terraform output -json`. */
const Outputs = z.object({
  apis: z.object({
    value: z.record(z.string(), z.object({ id: z.string(), stage: z.string(), url: z.url() })),
  }),
  tables: z.object({ value: z.record(z.string(), z.string()) }),
  functions: z.object({ value: z.record(z.string(), z.string()) }),
  /** Left out by Terraform where the service runs elsewhere. */
  query_service: z
    .object({ value: z.object({ api_authorization: z.enum(['NONE', 'AWS_IAM']) }).nullable() })
    .optional(),
  given_up_bucket: z.object({ value: z.string() }),
  dashboard: z.object({ value: z.string() }),
  alarm_topic_arn: z.object({ value: z.string() }),
});

/**
 * Where the suite is pointed. E2E_TARGET is embedded (the default), localstack or aws. What Terraform made comes from its outputs, the
 * file E2E_OUTPUTS (`terraform output -json`); for LocalStack that and the endpoint default to what `local:up` and `local:apply` noted.
 * E2E_AWS_ENDPOINT, E2E_API_URL (of the notifications), E2E_API_AUTHORIZATION and E2E_SERVICE_URL override. Undefined is an embedded stack that is yet to be started.
 * @throws Error that names the variable that is wrong or missing
 */
export const readTarget = (env: Environment): Target | undefined => {
  const kind = z.enum(TARGETS).safeParse(env['E2E_TARGET'] ?? 'embedded').data;
  if (!kind) throw new Error(`E2E_TARGET is ${TARGETS.join(', ')}, not ${env['E2E_TARGET']}.`);
  if (kind === 'embedded') return env['E2E_AWS_ENDPOINT'] ? embeddedTarget(env) : undefined;
  return deployedTarget(kind, env);
};

/** @throws Error when it is none */
export const readAuthorization = (env: Environment): Authorization | undefined => {
  const given = env['E2E_API_AUTHORIZATION'];
  if (given === undefined || given === 'NONE' || given === 'AWS_IAM') return given;
  throw new Error(`E2E_API_AUTHORIZATION is NONE or AWS_IAM, not ${given}.`);
};

const embeddedTarget = (env: Environment): Target => {
  const awsEndpoint = env['E2E_AWS_ENDPOINT'] ?? '';
  const { E2E_API_URL: api = `${awsEndpoint}/restapis/local/v1`, E2E_SERVICE_URL: serviceUrl } = env;
  return {
    kind: 'embedded',
    awsEndpoint,
    apis: { notifications: api, users: `${awsEndpoint}/restapis/users/v1` },
    authorization: readAuthorization(env) ?? 'NONE',
    ...(serviceUrl ? { serviceUrl } : {}),
    ...embeddedNames(),
  };
};

/** An embedded stack that this process has started. */
export const targetOf = (
  { awsUrl, apiUrl, serviceUrl }: EmbeddedStack,
  authorization: Authorization = 'NONE',
): Target => ({
  kind: 'embedded',
  awsEndpoint: awsUrl,
  apis: { notifications: apiUrl, users: `${awsUrl}/restapis/users/v1` },
  authorization,
  serviceUrl,
  ...embeddedNames(),
});

/** On the embedded stack everything has the name that it has in Terraform's files. */
export const embeddedNames = (): Pick<Target, 'tables' | 'functions' | 'region'> => {
  const sameNames = (file: string) => {
    const url = new URL(`../../terraform/${file}`, import.meta.url);
    const names = Object.keys(JSON.parse(readFileSync(url, 'utf8')));
    return Object.fromEntries(names.map((name) => [name, name]));
  };
  return {
    region: 'us-east-1',
    tables: sameNames('tables.json'),
    functions: sameNames('functions.json'),
  };
};

const deployedTarget = (kind: 'localstack' | 'aws', env: Environment): Target => {
  const state = kind === 'localstack' ? readState(stackFolder()) : undefined;
  const file = env['E2E_OUTPUTS'] ?? (state && stackFolder().outputs);
  if (!file)
    throw new Error(
      kind === 'aws'
        ? 'E2E_OUTPUTS is missing: the file that `terraform output -json` wrote.'
        : 'No LocalStack is up: run local:up and local:apply, or set E2E_OUTPUTS and E2E_AWS_ENDPOINT.',
    );
  const outputs = Outputs.parse(JSON.parse(readFileSync(file, 'utf8')));
  const awsEndpoint = env['E2E_AWS_ENDPOINT'] ?? state?.aws_url;
  const serviceUrl = env['E2E_SERVICE_URL'] ?? state?.service_url;
  if (kind === 'localstack' && !awsEndpoint) throw new Error('E2E_AWS_ENDPOINT is missing.');
  const apis = Object.entries(outputs.apis.value).map(([name, { id, stage, url }]) => {
    const own = name === 'notifications' ? env['E2E_API_URL'] : undefined;
    return [name, own ?? (awsEndpoint ? apiUrl(awsEndpoint, id, stage) : url)];
  });
  return {
    kind,
    ...(awsEndpoint ? { awsEndpoint, region: 'us-east-1' } : {}),
    ...(serviceUrl ? { serviceUrl } : {}),
    apis: Object.fromEntries(apis),
    authorization: readAuthorization(env) ?? outputs.query_service?.value?.api_authorization ?? 'NONE',
    tables: outputs.tables.value,
    functions: outputs.functions.value,
    givenUpBucket: outputs.given_up_bucket.value,
    dashboard: outputs.dashboard.value,
    alarmTopic: outputs.alarm_topic_arn.value,
  };
};

/** A file of this repository. */
export const repositoryFile = (path: string): string =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url));
