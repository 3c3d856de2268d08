import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hostError } from './errors.ts';

const COMPOSE_FILE = fileURLToPath(new URL('../../compose.yaml', import.meta.url));

export interface ComposeOptions {
  readonly port: number;
  readonly servicePort: number;
}

/** Whether a Docker engine really runs, and Compose is there: the client alone answers to `docker --version`. */
export const dockerRuns = (): boolean =>
  [['info'], ['compose', 'version']].every(
    (args) => spawnSync('docker', args, { stdio: 'ignore', timeout: 20_000 }).status === 0,
  );

/**
 * Starts LocalStack and the query service as containers and waits until both are healthy.
 * @throws LocalError `DOCKER.FAILED`
 */
export const composeUp = (options: ComposeOptions): void =>
  compose(['up', '--detach', '--build', '--wait', '--wait-timeout', '300'], options);

/** Whether a LocalStack runs in Docker, of whatever folder: there is one in an engine. */
export const composeRuns = (): boolean =>
  listed(['compose', '--file', COMPOSE_FILE, 'ps', '--quiet', '--status', 'running', 'localstack']).length >
  0;

/**
 * Ends the containers and what they started, and drops their volumes.
 * @throws LocalError `DOCKER.FAILED`
 */
export const composeDown = (options: ComposeOptions): void => {
  compose(['stop'], options);
  // A LocalStack that was killed leaves the containers of its functions behind, and with them its network in use.
  const left = listed(['ps', '--all', '--quiet', '--filter', `name=^${FUNCTIONS}`]);
  if (left.length > 0) spawnSync('docker', ['rm', '--force', ...left], { stdio: 'ignore' });
  compose(['down', '--volumes', '--remove-orphans'], options);
};

/** What the names of functions' containers begin with: that of LocalStack's own one, by the name of the project and of the service. */
const FUNCTIONS = 'notify-local-localstack-1-lambda-';

/** What a command of Docker lists, line by line; nothing where it fails. */
const listed = (args: string[]): string[] => {
  const { status, stdout } = spawnSync('docker', args, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? stdout.split('\n').filter((line) => line !== '') : [];
};

const compose = (args: string[], { port, servicePort }: ComposeOptions): void => {
  const { status } = spawnSync('docker', ['compose', '--file', COMPOSE_FILE, ...args], {
    stdio: 'inherit',
    env: { ...process.env, NOTIFY_PORT: String(port), NOTIFY_SERVICE_PORT: String(servicePort) },
  });
  if (status !== 0) throw hostError('DOCKER.FAILED', `docker compose ${args[0]} ended with ${status}.`);
};
