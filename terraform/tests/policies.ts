import type { Resource } from '@notify/toolchain';
import type { Call } from './recorder.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** An action on a resource that a role's policy allows. */
interface Grant {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** What services do in a role's name, which no code of ours calls: action → who and why. */
const BY_SERVICES: Readonly<Record<string, string>> = {
  'dynamodb:DescribeStream': 'Lambda reads the stream',
  'dynamodb:GetRecords': 'Lambda reads the stream',
  'dynamodb:GetShardIterator': 'Lambda reads the stream',
  'dynamodb:ListStreams': 'Lambda reads the stream',
  's3:PutObject': 'Lambda keeps given-up batches',
  's3:ListBucket': 'Lambda looks whether the bucket for given-up batches is there',
  'logs:CreateLogStream': 'Lambda and ECS write what the program prints',
  'logs:PutLogEvents': 'Lambda and ECS write what the program prints',
  'xray:PutTelemetryRecords': 'Lambda sends traces; X-Ray knows no narrower resource',
  'xray:PutTraceSegments': 'Lambda sends traces; X-Ray knows no narrower resource',
  'ec2:AssignPrivateIpAddresses': 'Lambda attaches the function to the VPC; denied to its code',
  'ec2:CreateNetworkInterface': 'Lambda attaches the function to the VPC; denied to its code',
  'ec2:DeleteNetworkInterface': 'Lambda attaches the function to the VPC; denied to its code',
  'ec2:DescribeNetworkInterfaces': 'Lambda attaches the function to the VPC; denied to its code',
  'ec2:DescribeSubnets': 'Lambda attaches the function to the VPC; denied to its code',
  'ec2:UnassignPrivateIpAddresses': 'Lambda attaches the function to the VPC; denied to its code',
  'ecr:GetAuthorizationToken': 'ECS pulls the image; ECR knows no narrower resource',
  'ecr:BatchCheckLayerAvailability': 'ECS pulls the image',
  'ecr:BatchGetImage': 'ECS pulls the image',
  'ecr:GetDownloadUrlForLayer': 'ECS pulls the image',
};

export interface PolicyReport {
  /** Allowed, and never called. */
  readonly unused: readonly string[];
  /** Called, and not allowed. */
  readonly missing: readonly string[];
  /** Actions on any resource, with the reason. */
  readonly wildcards: readonly string[];
}

/** Holds the roles' policies against the calls that were made. `prefix` is what stands before every name. */
export const comparePolicies = (
  resources: readonly Resource[],
  calls: readonly Call[],
  prefix: string,
  keyArns: Readonly<Record<string, string>>,
): PolicyReport => {
  const grants = resources.filter(({ type }) => type === 'aws_iam_role_policy').flatMap(grantsOf);
  const covered = new Set<Grant>();
  const missing = new Set<string>();
  for (const { caller, action, subject } of calls) {
    const arn = arnOf(subject, action, prefix, keyArns);
    const matching = grants.filter(
      (grant) =>
        grant.role === `${prefix}${caller}` && grant.action === action && matches(grant.resource, arn),
    );
    if (matching.length === 0) missing.add(`${caller}: ${action} on ${subject}`);
    for (const grant of matching) covered.add(grant);
  }
  // A rebuild's tables are used as the one that they stand in for.
  const isUsed = (grant: Grant): boolean =>
    covered.has(grant) ||
    grant.action in BY_SERVICES ||
    (grant.resource.endsWith('-*') &&
      grants.some(
        (other) =>
          covered.has(other) &&
          other.role === grant.role &&
          other.action === grant.action &&
          `${other.resource}-*` === grant.resource,
      ));
  const name = ({ role, action, resource }: Grant) => `${role}: ${action} on ${resource}`;
  return {
    unused: grants.filter((grant) => !isUsed(grant)).map(name),
    missing: [...missing],
    wildcards: [
      ...new Set(
        grants
          .filter(({ resource }) => resource === '*')
          .map(({ action }) => `${action} (${BY_SERVICES[action] ?? 'no reason'})`),
      ),
    ].sort(),
  };
};

const grantsOf = ({ values }: Resource): Grant[] => {
  const { Statement: statements } = JSON.parse(String(values['policy'])) as {
    Statement: readonly Statement[];
  };
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((resource) => ({ role: String(values['role']), action, resource })),
        ),
    );
};

/** The end of the ARN that a name of functions.json stands for in the deployed configuration. */
const arnOf = (
  subject: string,
  action: string,
  prefix: string,
  keyArns: Readonly<Record<string, string>>,
): string => {
  if (action.startsWith('kms:')) return keyArns[subject] ?? subject;
  if (action.startsWith('lambda:'))
    return `arn:aws:lambda:ap-southeast-1:123456789012:function:${prefix}${subject}:live`;
  return `arn:aws:dynamodb:ap-southeast-1:123456789012:table/${prefix}${subject}`;
};

const matches = (pattern: string, arn: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`).test(arn);

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
