import { setTimeout as delay } from 'node:timers/promises';

/** Where the query service runs: Terraform's output `query_service`. */
export interface Target {
  readonly cluster: string;
  readonly service: string;
  readonly task_family: string;
  readonly repository_url: string;
  readonly image_parameter: string;
  /** The private API's stage: the door that whoever releases can reach. The load balancer lets in API and functions only. */
  readonly api_url: string;
  readonly api_authorization?: 'NONE' | 'AWS_IAM';
}

/** What a release needs of the world. */
export interface Tools {
  /** Runs the AWS CLI and gives what it answers. */
  aws(...args: string[]): Promise<unknown>;
  /** The status that a URL answers with; rejects when nobody answers. */
  status(url: string): Promise<number>;
  log(line: string): void;
  /** Between two looks at the rollout. */
  readonly pollMs?: number;
  readonly timeoutMs?: number;
}

interface TaskDefinition extends Record<string, unknown> {
  readonly taskDefinitionArn: string;
  readonly containerDefinitions: readonly { name: string; image: string }[];
}

interface Deployment {
  readonly status: string;
  readonly taskDefinition: string;
  readonly runningCount: number;
  readonly rolloutState?: string;
  readonly rolloutStateReason?: string;
}

interface Service {
  readonly taskDefinition: string;
  readonly deployments: readonly Deployment[];
}

/** The release was not begun, or did not hold; the message says what runs now. */
export class ReleaseFailed extends Error {}

/** What a task definition is described with, but not registered with. */
const ANSWERED_ONLY = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
];

const POLL_MS = 5_000;
const TIMEOUT_MS = 15 * 60_000;

/** How often the service may say that it is not ready before it is believed. */
const SMOKE_ATTEMPTS = 3;
const SMOKE_POLL_MS = 2_000;

/**
 * Runs `image` as a new revision of the service's task definition, waits until it has taken over, and asks it through the private API
 * how it is. When any of this fails, the revision before runs again, if it ever ran, and the new one is taken out, so that nothing
 * starts it later.
 *
 * @throws ReleaseFailed before anything is changed, when this place cannot reach the API; else after going back
 */
export const release = async (target: Target, image: string, tools: Tools): Promise<void> => {
  await seeTheDoor(target, tools);
  const service = await describe(target, tools);
  const before = service.taskDefinition;
  const revision = await register(target, image, before, tools);
  tools.log(`registered ${nameOf(revision)} with ${image}`);
  try {
    await roll(target, revision, tools);
    await smoke(target, tools);
  } catch (error) {
    const reason = (error as Error).message;
    // Of a first image there is nothing before: the revision that Terraform made names an image that was never pushed.
    const back = hasRun(service) ? before : undefined;
    tools.log(`failed: ${reason}${back ? `; going back to ${nameOf(back)}` : ''}`);
    try {
      if (back) await roll(target, back, tools);
    } finally {
      await tools.aws('ecs', 'deregister-task-definition', '--task-definition', revision);
    }
    const now = back ? `${nameOf(back)} runs again` : 'none before it ever ran, so nothing runs now';
    throw new ReleaseFailed(`${nameOf(revision)} did not hold (${reason}); ${now}.`, { cause: error });
  }
  // Terraform takes the image from here, so that the next apply changes nothing.
  await tools.aws('ssm', 'put-parameter', '--name', target.image_parameter, '--value', image, '--overwrite');
  tools.log(`${nameOf(revision)} runs`);
};

const hasRun = ({ taskDefinition, deployments }: Service): boolean =>
  deployments.some(
    (deployment) =>
      deployment.taskDefinition === taskDefinition &&
      deployment.rolloutState === 'COMPLETED' &&
      deployment.runningCount > 0,
  );

/** Whatever it answers, even that nothing is behind it yet: it can be asked from here. */
const seeTheDoor = async ({ api_url }: Target, { status }: Tools): Promise<void> => {
  try {
    await status(`${api_url}/health`);
  } catch (error) {
    throw new ReleaseFailed(
      `Nobody answers at ${api_url} from here, so a release could not be proven; nothing was changed. Run this on a host of the VPC, or give --url.`,
      { cause: error },
    );
  }
};

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const describe = async ({ cluster, service }: Target, { aws }: Tools): Promise<Service> => {
  const answer = await aws('ecs', 'describe-services', '--cluster', cluster, '--services', service);
  const [found] = (answer as { services: Service[] }).services;
  if (found === undefined)
    throw new ReleaseFailed(`There is no service ${service} in ${cluster}: apply Terraform first.`);
  return found;
};

const register = async (target: Target, image: string, before: string, { aws }: Tools): Promise<string> => {
  const described = await aws(
    'ecs',
    'describe-task-definition',
    '--include',
    'TAGS',
    '--task-definition',
    before,
  );
  const { taskDefinition, tags = [] } = described as {
    taskDefinition: TaskDefinition;
    tags?: readonly unknown[];
  };
  const request = {
    ...Object.fromEntries(Object.entries(taskDefinition).filter(([name]) => !ANSWERED_ONLY.includes(name))),
    containerDefinitions: taskDefinition.containerDefinitions.map((container) =>
      container.name === target.service ? { ...container, image } : container,
    ),
    ...(tags.length > 0 ? { tags } : {}),
  };
  const registered = await aws(
    'ecs',
    'register-task-definition',
    '--cli-input-json',
    JSON.stringify(request),
  );
  return (registered as { taskDefinition: TaskDefinition }).taskDefinition.taskDefinitionArn;
};

/** Puts a revision into service and waits until it alone runs. */
const roll = async (target: Target, revision: string, tools: Tools): Promise<void> => {
  const { cluster, service } = target;
  await tools.aws(
    'ecs',
    'update-service',
    '--cluster',
    cluster,
    '--service',
    service,
    '--task-definition',
    revision,
  );
  const deadline = Date.now() + (tools.timeoutMs ?? TIMEOUT_MS);
  for (;;) {
    const { deployments } = await describe(target, tools);
    const own = deployments.find(({ taskDefinition }) => taskDefinition === revision);
    if (own === undefined || own.rolloutState === 'FAILED') {
      throw new Error(own?.rolloutStateReason ?? 'the circuit breaker has gone back');
    }
    if (own.status === 'PRIMARY' && own.rolloutState === 'COMPLETED') return;
    if (Date.now() > deadline) throw new Error('it has not taken over in time');
    await delay(tools.pollMs ?? POLL_MS);
  }
};

/** It lives, and it reaches what it needs. */
const smoke = async ({ api_url }: Target, { status, log, pollMs }: Tools): Promise<void> => {
  for (const path of ['/health', '/health/ready']) {
    let answer = await status(`${api_url}${path}`);
    for (let attempt = 1; answer !== 200 && attempt < SMOKE_ATTEMPTS; attempt++) {
      await delay(pollMs ?? SMOKE_POLL_MS);
      answer = await status(`${api_url}${path}`);
    }
    if (answer !== 200) throw new Error(`${path} answers ${answer}`);
    log(`${path} answers 200`);
  }
};
