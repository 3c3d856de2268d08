import { once } from 'node:events';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';
import { type Environment, output, run } from '@notify/toolchain';
import { StepFailed } from './step.ts';

interface Service {
  readonly taskDefinition: string;
}

/** Runs scripts/deploy-ecs.ts against the applied service: an image that holds, and one that does not. `bin` has the AWS CLI. */
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

  let status = 200;
  const server = createServer((_, answer) => answer.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const deploy = (image: string) =>
    run(
      process.execPath,
      [join(root, 'scripts/deploy-ecs.ts'), '--target', target, '--image', image, '--url', url],
      { env },
    );
  try {
    const first = await running();
    const good = await deploy(`${repository_url}:good`);
    const second = await running();
    if (good.code !== 0 || second === first || (await deployed()) !== `${repository_url}:good`) {
      throw new StepFailed('an image that holds is not deployed', good.text);
    }
    status = 503;
    const bad = await deploy(`${repository_url}:bad`);
    if (bad.code === 0 || (await running()) !== second || (await deployed()) !== `${repository_url}:good`) {
      throw new StepFailed('an image that does not hold is not taken back', bad.text);
    }
    return `deployed=${second.slice(second.lastIndexOf('/') + 1)} taken_back=1`;
  } finally {
    server.close();
    server.closeAllConnections();
  }
};
