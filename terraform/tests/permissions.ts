import { anonymousPrincipal, runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Resource } from '@notify/toolchain';
import type { Call } from './recorder.ts';

const REGION = 'ap-southeast-1';
/** moto's. */
const ACCOUNT = '123456789012';
const OTHERS = '210987654321';

type Policy = Readonly<Record<string, unknown>>;
type Context = Readonly<Record<string, string>>;

/** Who asks for what, under which policies, and whether it has to be allowed. */
interface Question {
  readonly what: string;
  readonly expected: boolean;
  readonly principal: Simulation['request']['principal'];
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
  readonly identityPolicies?: readonly Policy[];
  readonly resourcePolicy?: Policy;
  readonly endpointPolicies?: readonly Policy[];
}

export interface Environment {
  /** What stands before every name. */
  readonly prefix: string;
  readonly resources: readonly Resource[];
  readonly keyArns: Readonly<Record<string, string>>;
}

/**
 * Holds the policies that were applied against IAM's rules of evaluation: the calls that the programs made, under identity, key and
 * endpoint policies; what the keys must not be used for; and who may call the APIs. Gives what was decided otherwise than expected.
 */
export const judgePermissions = async (
  environment: Environment,
  calls: readonly Call[],
  apis: readonly { readonly environment: Environment; readonly signed: boolean }[],
): Promise<{ readonly questions: number; readonly wrong: readonly string[] }> => {
  const questions = [
    ...calls.map((call) => ofCall(environment, call)),
    ...ofKeys(environment),
    ...apis.flatMap(({ environment: of, signed }) => ofApis(of, signed)),
  ];
  const wrong: string[] = [];
  for (const question of questions) {
    const answer = await decide(question);
    if (answer !== (question.expected ? 'Allowed' : 'denied')) wrong.push(`${question.what}: ${answer}`);
  }
  return { questions: questions.length, wrong };
};

/** `Allowed`, `denied`, or why it could not be judged. */
const decide = async ({
  principal,
  action,
  resource,
  context,
  identityPolicies = [],
  resourcePolicy,
  endpointPolicies,
}: Question): Promise<string> => {
  const answer = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: identityPolicies.map((policy, index) => ({ name: `policy-${index}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy ? { resourcePolicy } : {}),
      ...(endpointPolicies
        ? { vpcEndpointPolicies: endpointPolicies.map((policy) => ({ name: 'endpoint', policy })) }
        : {}),
    },
    {},
  );
  if (answer.resultType === 'error') return JSON.stringify(answer.errors);
  return answer.overallResult === 'Allowed' ? 'Allowed' : 'denied';
};

const policyOf = ({ values }: Resource, member = 'policy'): Policy =>
  JSON.parse(String(values[member])) as Policy;

const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

const rolePolicies = ({ resources }: Environment, role: string): Policy[] =>
  resources
    .filter(({ type, values }) => type === 'aws_iam_role_policy' && values['role'] === role)
    .map((resource) => policyOf(resource));

/** A call that a program made: its role has to be allowed it, through the VPC's endpoint as it is and as `closed_endpoints` makes it. */
const ofCall = (environment: Environment, { caller, action, subject }: Call): Question => {
  const { prefix, keyArns, resources } = environment;
  const role = `${prefix}${caller}`;
  const [service] = action.split(':');
  const resource =
    service === 'kms'
      ? (keyArns[subject] ?? subject)
      : service === 'lambda'
        ? `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${prefix}${subject}:live`
        : `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${prefix}${subject}`;
  const key = resources.find(({ type, values }) => type === 'aws_kms_key' && values['arn'] === resource);
  return {
    what: `${caller} may ${action} on ${subject}`,
    expected: true,
    principal: roleArn(role),
    action,
    resource,
    context: { 'aws:PrincipalAccount': ACCOUNT },
    identityPolicies: rolePolicies(environment, role),
    ...(key ? { resourcePolicy: policyOf(key) } : {}),
    ...(service === 'dynamodb' ? { endpointPolicies: [CLOSED_ENDPOINT] } : {}),
  };
};

/** As modules/network writes it when asked. */
const CLOSED_ENDPOINT: Policy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: 'dynamodb:*',
      Resource: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/*`,
      Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } },
    },
  ],
};

/** The key of the environment: for whoever comes through a service, and for nobody who does not. */
const ofKeys = ({ resources }: Environment): Question[] => {
  const key = resources.find(({ address }) => address === 'aws_kms_key.this[0]');
  if (!key) return [];
  const common = {
    action: 'kms:Decrypt',
    resource: String(key.values['arn']),
    principal: roleArn('anyone'),
    resourcePolicy: policyOf(key),
  };
  const through = (service: string) => ({
    'kms:CallerAccount': ACCOUNT,
    'kms:ViaService': `${service}.${REGION}.amazonaws.com`,
  });
  return [
    ...['dynamodb', 'sqs', 's3', 'ecr', 'ssm', 'lambda'].map((service) => ({
      ...common,
      what: `the key through ${service}`,
      expected: true,
      context: through(service),
    })),
    { ...common, what: 'the key directly', expected: false, context: { 'kms:CallerAccount': ACCOUNT } },
    { ...common, what: 'the key through another service', expected: false, context: through('ec2') },
  ];
};

/** Callers of each API: inside and outside of its endpoint, signed and not, of this account and of another. */
const ofApis = ({ resources }: Environment, signed: boolean): Question[] =>
  resources
    .filter(({ type }) => type === 'aws_api_gateway_rest_api')
    .flatMap((api) => {
      const document = JSON.parse(String(api.values['body'])) as {
        servers: { 'x-amazon-apigateway-endpoint-configuration': { vpcEndpointIds: string[] } }[];
        'x-amazon-apigateway-policy': Policy;
      };
      const own =
        document.servers[0]?.['x-amazon-apigateway-endpoint-configuration'].vpcEndpointIds[0] ?? 'none';
      const executionArn = String(api.values['execution_arn']);
      // API Gateway puts the API's own ARN for the short form when it keeps a policy.
      const resourcePolicy = JSON.parse(
        JSON.stringify(document['x-amazon-apigateway-policy']).replaceAll(
          'execute-api:/',
          `${executionArn}/`,
        ),
      ) as Policy;
      const ask = (
        what: string,
        expected: boolean,
        principal: Question['principal'],
        context: Context,
      ): Question => ({
        what: `${api.values['name']}: ${what}`,
        expected,
        principal,
        action: 'execute-api:Invoke',
        resource: `${executionArn}/v1/GET/any`,
        context,
        resourcePolicy,
      });
      const inside: Context = { 'aws:SourceVpce': own };
      const outside: Context = { 'aws:SourceVpce': 'vpce-0123456789abcdef0' };
      const caller = roleArn('caller');
      const stranger = `arn:aws:iam::${OTHERS}:role/caller`;
      const by = (account: string, context: Context): Context => ({
        ...context,
        'aws:PrincipalAccount': account,
      });
      return [
        ask('unsigned, through the endpoint', !signed, anonymousPrincipal, inside),
        ask('unsigned, through another endpoint', false, anonymousPrincipal, outside),
        ask('unsigned, from the internet', false, anonymousPrincipal, {}),
        ask('signed, through the endpoint', true, caller, by(ACCOUNT, inside)),
        ask('signed, through another endpoint', false, caller, by(ACCOUNT, outside)),
        ...(signed
          ? [ask('signed by another account, through the endpoint', false, stranger, by(OTHERS, inside))]
          : []),
      ];
    });
