import { setTimeout as delay } from 'node:timers/promises';

/** Where the query service runs: Terraform's output `query_service`. */
export interface Target {
  readonly cluster: string;
  readonly service: string;
  readonly task_family: string;
  readonly repository_url: string;
  readonly image_parameter: string;
  readonly url: string;
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

interface Service {
  readonly taskDefinition: string;
  readonly deployments: readonly {
    status: string;
    taskDefinition: string;
    rolloutState?: string;
    rolloutStateReason?: string;
  }[];
}

/** The release did not hold; the service runs what it ran before. */
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

/**
 * Runs `image` as a new revision of the service's task definition, waits until it has taken over, and asks it how it is. When any of this
 * fails, the revision before runs again and the new one is taken out, so that nothing starts it later.
 *
 * @throws ReleaseFailed after going back
 */
export const release = async (target: Target, image: string, tools: Tools): Promise<void> => {
  const before = (await describe(target, tools)).taskDefinition;
  const revision = await register(target, image, before, tools);
  tools.log(`registered ${nameOf(revision)} with ${image}`);
  try {
    await roll(target, revision, tools);
    await smoke(target, tools);
  } catch (error) {
    tools.log(`failed: ${(error as Error).message}; going back to ${nameOf(before)}`);
    await roll(target, before, tools);
    await tools.aws('ecs', 'deregister-task-definition', '--task-definition', revision);
    throw new ReleaseFailed(`${nameOf(revision)} did not hold; ${nameOf(before)} runs again.`, {
      cause: error,
    });
  }
  // Terraform takes the image from here, so that the next apply changes nothing.
  await tools.aws('ssm', 'put-parameter', '--name', target.image_parameter, '--value', image, '--overwrite');
  tools.log(`${nameOf(revision)} runs`);
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
const smoke = async ({ url }: Target, { status, log }: Tools): Promise<void> => {
  for (const path of ['/health', '/health/ready']) {
    const answer = await status(`${url}${path}`);
    if (answer !== 200) throw new Error(`${path} answers ${answer}`);
    log(`${path} answers 200`);
  }
};
