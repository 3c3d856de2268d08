import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { type Environment, freePort, output, run } from '@notify/toolchain';
import { StepFailed } from './step.ts';

interface Service {
  readonly taskDefinition: string;
}

/** Enough of an image for a registry to list it. */
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
  config: {
    mediaType: 'application/vnd.docker.container.image.v1+json',
    size: 2,
    digest: `sha256:${'0'.repeat(64)}`,
  },
  layers: [],
});

/**
 * Runs scripts/src/deploy-ecs.ts against the applied service as it is after the first apply: an image that was never pushed, a first one
 * that does not hold, one that does, a later one that does not, and a place from which nobody answers. `bin` has the AWS CLI.
 */
export const checkDeployment = async (
  root: string,
  target: string,
  bin: string,
  aws: Environment,
): Promise<string> => {
  const env = { ...aws, PATH: `${bin}${delimiter}${process.env['PATH']}` };
  const cli = async (...args: string[]) =>
    JSON.parse(await output(join(bin, 'aws'), [...args, '--output', 'json'], { env }));
  const { cluster, service, repository_url, image_parameter } = JSON.parse(target) as Record<string, string>;
  const running = async (): Promise<string> => {
    const { services } = (await cli(
      'ecs',
      'describe-services',
      '--cluster',
      `${cluster}`,
      '--services',
      `${service}`,
    )) as {
      services: Service[];
    };
    return services[0]?.taskDefinition ?? '';
  };
  const deployed = async () =>
    (await cli('ssm', 'get-parameter', '--name', `${image_parameter}`)).Parameter.Value as string;

  const push = (tag: string) =>
    cli(
      'ecr',
      'put-image',
      '--repository-name',
      `${repository_url?.slice(repository_url.indexOf('/') + 1)}`,
      '--image-tag',
      tag,
      '--image-manifest',
      MANIFEST.replace(/0{64}/, createHash('sha256').update(tag).digest('hex')),
    );

  let status = 503;
  const server = createServer((_, answer) => answer.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const door = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const deploy = (tag: string, url = door) =>
    run(
      process.execPath,
      [
        join(root, 'scripts/src/deploy-ecs.ts'),
        '--target',
        target,
        '--image',
        `${repository_url}:${tag}`,
        '--url',
        url,
      ],
      { env },
    );
  try {
    const none = await running();
    const unknown = await deploy('unknown');
    if (unknown.code === 0 || !unknown.text.includes('has not been pushed') || (await running()) !== none)
      throw new StepFailed('an image that was never pushed is not refused', unknown.text);
    for (const tag of ['first', 'good', 'bad']) await push(tag);
    const unreachable = await deploy('good', `http://127.0.0.1:${await freePort()}`);
    if (
      unreachable.code === 0 ||
      !unreachable.text.includes('nothing was changed') ||
      (await running()) !== none
    )
      throw new StepFailed('a release that could not be proven is not refused', unreachable.text);
    const first = await deploy('first');
    if (first.code === 0 || !first.text.includes('none before it ever ran') || (await running()) === none)
      throw new StepFailed('a first image that does not hold goes back to what never ran', first.text);
    const failed = await running();
    status = 200;
    const good = await deploy('good');
    const second = await running();
    if (good.code !== 0 || second === failed || (await deployed()) !== `${repository_url}:good`) {
      throw new StepFailed('an image that holds is not deployed', good.text);
    }
    status = 503;
    const bad = await deploy('bad');
    if (bad.code === 0 || (await running()) !== second || (await deployed()) !== `${repository_url}:good`) {
      throw new StepFailed('an image that does not hold is not taken back', bad.text);
    }
    return `deployed=${second.slice(second.lastIndexOf('/') + 1)} refused=2 taken_back=2`;
  } finally {
    server.close();
    server.closeAllConnections();
  }
};
