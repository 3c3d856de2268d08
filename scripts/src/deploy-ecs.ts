import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createRequestSigner } from '@notify/request-signing';
import { ReleaseFailed, release, type Target, type Tools } from './deploy-ecs/release.ts';

const ROOT = join(import.meta.dirname, '../..');
const USAGE = `Builds the query service's image, pushes it, rolls it out, asks the service how it is, and goes back when any of this fails.
Needs docker, the AWS CLI, Terraform's state, and a place that reaches the private API: a host of the VPC.

node scripts/src/deploy-ecs.ts [options]
  --image <image>    roll out this image, which is in the repository already, instead of building one
  --tag <tag>        tag of the image that is built; the commit by default
  --platform <p>     platform of the image; linux/arm64 by default, as lambda_architecture
  --target <json>    where to deploy, instead of asking Terraform for its output query_service
  --url <url>        where to ask the service, instead of the private API
`;

const call = promisify(execFile);

/** Runs a program with its output on this terminal. */
const show = async (command: string, args: readonly string[], input?: string): Promise<void> => {
  const stdin = input === undefined ? 'ignore' : 'pipe';
  const child = spawn(command, args, { cwd: ROOT, stdio: [stdin, 'inherit', 'inherit'] });
  // Whoever ends without reading it says by its exit code what was wrong.
  child.stdin?.on('error', () => {}).end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new ReleaseFailed(`${command} ${args[0]} ended with ${code}.`);
};

const aws: Tools['aws'] = async (...args) => {
  const { stdout } = await call('aws', [...args, '--output', 'json'], { maxBuffer: 16 * 1024 * 1024 });
  return stdout ? JSON.parse(stdout) : undefined;
};

const buildAndPush = async ({ repository_url }: Target, tag: string, platform: string): Promise<string> => {
  const image = `${repository_url}:${tag}`;
  const registry = repository_url.slice(0, repository_url.indexOf('/'));
  await show('docker', [
    'build',
    '--platform',
    platform,
    '--file',
    'packages/query-service/Dockerfile',
    '--tag',
    image,
    '.',
  ]);
  const { stdout: password } = await call('aws', ['ecr', 'get-login-password']);
  await show('docker', ['login', '--username', 'AWS', '--password-stdin', registry], password);
  await show('docker', ['push', image]);
  return image;
};

/** @throws ReleaseFailed when the repository does not have the image */
const find = async (image: string, { repository_url }: Target): Promise<void> => {
  const [repository, tag] = image.split(/:(?=[^/:]+$)/);
  if (repository !== repository_url || tag === undefined)
    throw new ReleaseFailed(
      `${image} names no tag of ${repository_url}: push it there, or leave --image out.`,
    );
  const name = repository.slice(repository.indexOf('/') + 1);
  await aws('ecr', 'describe-images', '--repository-name', name, '--image-ids', `imageTag=${tag}`).catch(
    (error: Error) => {
      throw new ReleaseFailed(`${image} has not been pushed: push it, or leave --image out to build it.`, {
        cause: error,
      });
    },
  );
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      image: { type: 'string' },
      tag: { type: 'string' },
      platform: { type: 'string', default: 'linux/arm64' },
      target: { type: 'string' },
      url: { type: 'string' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const output =
    values.target ??
    (await call('terraform', ['output', '-json', 'query_service'], { cwd: join(ROOT, 'terraform') })).stdout;
  const described = JSON.parse(output) as Target;
  const target = { ...described, api_url: values.url ?? described.api_url };
  const tag =
    values.tag ?? (await call('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: ROOT })).stdout.trim();
  if (values.image) await find(values.image, target);
  const image = values.image ?? (await buildAndPush(target, tag, values.platform));
  const sign =
    target.api_authorization === 'AWS_IAM' ? createRequestSigner() : async (request: Request) => request;
  await release(target, image, {
    aws,
    status: async (url) =>
      (await fetch(await sign(new Request(url)), { signal: AbortSignal.timeout(10_000) })).status,
    log: (line) => process.stdout.write(`${line}\n`),
  });
};

await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
