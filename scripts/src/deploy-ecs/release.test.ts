import { describe, expect, it } from 'vitest';
import { release, type Target, type Tools } from './release.ts';

const target: Target = {
  cluster: 'notify',
  service: 'query-service',
  task_family: 'notify-query-service',
  repository_url: 'registry/notify/query-service',
  image_parameter: '/notify/query-service/image',
  api_url: 'https://api',
};

const HAS_RUN = { runningCount: 2, rolloutState: 'COMPLETED' };
const revision = (n: number) => `arn:aws:ecs:r:1:task-definition/notify-query-service:${n}`;

interface Situation {
  /** How the rollout of the new revision ends. */
  readonly rollout?: 'COMPLETED' | 'FAILED';
  /** What the service answers when it runs the new revision. */
  readonly health?: number;
  /** Tasks of revision 1 that run, and how its own rollout ended. */
  readonly before?: { readonly runningCount: number; readonly rolloutState: string };
}

/** An ECS service at revision 1. */
const anEcs = ({ rollout = 'COMPLETED', health = 200, before = HAS_RUN }: Situation = {}) => {
  let running = revision(1);
  const calls: string[] = [];
  const tools: Tools = {
    aws: async (service, command, ...args) => {
      const value = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
      calls.push(`${service} ${command}`);
      switch (command) {
        case 'describe-services': {
          const state = running === revision(1) ? before : { runningCount: 2, rolloutState: rollout };
          const deployments = [{ status: 'PRIMARY', taskDefinition: running, ...state }];
          return { services: [{ taskDefinition: running, deployments }] };
        }
        case 'describe-task-definition':
          return {
            tags: [{ key: 'Environment', value: 'test' }],
            taskDefinition: {
              taskDefinitionArn: revision(1),
              revision: 1,
              cpu: '256',
              containerDefinitions: [
                { name: 'query-service', image: 'old', memory: 1 },
                { name: 'sidecar', image: 'kept' },
              ],
            },
          };
        case 'register-task-definition':
          registered = JSON.parse(value('--cli-input-json'));
          return { taskDefinition: { taskDefinitionArn: revision(2) } };
        case 'update-service':
          running = value('--task-definition');
          return {};
        default:
          return {};
      }
    },
    status: async () => (running === revision(1) ? 503 : health),
    log: () => {},
    pollMs: 0,
  };
  let registered: unknown;
  return { tools, calls, running: () => running, registered: () => registered };
};

describe('release', () => {
  it('runs the image in a new revision that differs in nothing else, and keeps it for Terraform', async () => {
    const ecs = anEcs();
    await release(target, 'new', ecs.tools);
    expect(ecs.running()).toBe(revision(2));
    expect(ecs.registered()).toEqual({
      cpu: '256',
      containerDefinitions: [
        { name: 'query-service', image: 'new', memory: 1 },
        { name: 'sidecar', image: 'kept' },
      ],
      tags: [{ key: 'Environment', value: 'test' }],
    });
    expect(ecs.calls.at(-1)).toBe('ssm put-parameter');
  });

  it.each([
    ['the rollout fails', anEcs({ rollout: 'FAILED' })],
    ['the service is not well', anEcs({ health: 503 })],
  ])('goes back when %s', async (_, ecs) => {
    await expect(release(target, 'new', ecs.tools)).rejects.toThrow(/query-service:1 runs again/);
    expect(ecs.running()).toBe(revision(1));
    expect(ecs.calls.at(-1)).toBe('ecs deregister-task-definition');
    expect(ecs.calls).not.toContain('ssm put-parameter');
  });

  it.each([
    ['has no task', { runningCount: 0, rolloutState: 'COMPLETED' }],
    ['never came up', { runningCount: 1, rolloutState: 'IN_PROGRESS' }],
    ['failed', { runningCount: 0, rolloutState: 'FAILED' }],
  ])('never goes back to a revision that %s', async (_, before) => {
    const ecs = anEcs({ health: 503, before });
    await expect(release(target, 'new', ecs.tools)).rejects.toThrow(/none before it ever ran/);
    expect(ecs.calls.filter((call) => call === 'ecs update-service')).toHaveLength(1);
    expect(ecs.calls.at(-1)).toBe('ecs deregister-task-definition');
  });

  it('takes the new revision out even when going back fails', async () => {
    const ecs = anEcs({ health: 503 });
    const tools: Tools = {
      ...ecs.tools,
      aws: async (...args) => {
        if (args.includes('update-service') && args.includes(revision(1))) throw new Error('AccessDenied');
        return ecs.tools.aws(...args);
      },
    };
    await expect(release(target, 'new', tools)).rejects.toThrow('AccessDenied');
    expect(ecs.calls.at(-1)).toBe('ecs deregister-task-definition');
  });

  it('waits for a service that is not ready at once', async () => {
    const ecs = anEcs();
    const answers = [503, 200, 503];
    const tools = { ...ecs.tools, status: async () => answers.shift() ?? 200 };
    await release(target, 'new', tools);
    expect(ecs.running()).toBe(revision(2));
  });

  it('changes nothing where the API cannot be asked', async () => {
    const ecs = anEcs();
    const tools = { ...ecs.tools, status: () => Promise.reject(new Error('ETIMEDOUT')) };
    await expect(release(target, 'new', tools)).rejects.toThrow(/nothing was changed/);
    expect(ecs.calls).toEqual([]);
  });

  it('changes nothing when there is no service', async () => {
    const tools = { ...anEcs().tools, aws: async () => ({ services: [] }) };
    await expect(release(target, 'new', tools)).rejects.toThrow(/apply Terraform first/);
  });
});
