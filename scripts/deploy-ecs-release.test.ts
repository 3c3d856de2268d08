import { describe, expect, it } from 'vitest';
import { ReleaseFailed, release, type Target, type Tools } from './deploy-ecs-release.ts';

const target: Target = {
  cluster: 'notify',
  service: 'query-service',
  task_family: 'notify-query-service',
  repository_url: 'registry/notify/query-service',
  image_parameter: '/notify/query-service/image',
  url: 'http://service',
};

const revision = (n: number) => `arn:aws:ecs:r:1:task-definition/notify-query-service:${n}`;

/** An ECS service at revision 1, whose rollout of a new revision ends as told. */
const anEcs = (rolloutOfNew: 'COMPLETED' | 'FAILED', health = 200) => {
  let running = revision(1);
  const calls: string[] = [];
  const tools: Tools = {
    aws: async (service, command, ...args) => {
      const value = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
      calls.push(`${service} ${command}`);
      switch (command) {
        case 'describe-services': {
          const rolloutState = running === revision(1) ? 'COMPLETED' : rolloutOfNew;
          const deployments = [{ status: 'PRIMARY', taskDefinition: running, rolloutState }];
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
    status: async () => health,
    log: () => {},
    pollMs: 0,
  };
  let registered: unknown;
  return { tools, calls, running: () => running, registered: () => registered };
};

describe('release', () => {
  it('runs the image in a new revision that differs in nothing else, and keeps it for Terraform', async () => {
    const ecs = anEcs('COMPLETED');
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
    ['the rollout fails', anEcs('FAILED')],
    ['the service is not well', anEcs('COMPLETED', 503)],
  ])('goes back when %s', async (_, ecs) => {
    await expect(release(target, 'new', ecs.tools)).rejects.toThrow(ReleaseFailed);
    expect(ecs.running()).toBe(revision(1));
    expect(ecs.calls.at(-1)).toBe('ecs deregister-task-definition');
    expect(ecs.calls).not.toContain('ssm put-parameter');
  });

  it('changes nothing when there is no service', async () => {
    const tools = { ...anEcs('COMPLETED').tools, aws: async () => ({ services: [] }) };
    await expect(release(target, 'new', tools)).rejects.toThrow(/apply Terraform first/);
  });
});
