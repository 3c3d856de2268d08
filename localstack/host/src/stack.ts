import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { assertPortFree, freePort } from '@notify/toolchain';
import { composeDown, composeRuns, composeUp, dockerRuns } from './docker.ts';
import { hostError } from './errors.ts';
import { PROCESS_NAMES, type StackFolder } from './folders.ts';
import { startLocalStack } from './localstack.ts';
import { isRunning, stopRecorded } from './process-record.ts';
import { type PythonEnvironment, pythonEnvironment } from './python-environment.ts';
import { QUERY_SERVICE, startQueryService } from './query-service.ts';
import { apiUrl, readState, requireState, type StackState, writeState } from './stack-state.ts';
import { Terraform } from './terraform.ts';
import { ensureVpc } from './vpc.ts';

export interface UpOptions {
  readonly folder: StackFolder;
  /** Port of LocalStack; 4566 by default, 0 for a free one. */
  readonly port?: number;
  /** Port of the query service; 8000 by default, 0 for a free one. */
  readonly servicePort?: number;
  /** Where to run; by default in Docker where an engine runs. */
  readonly runsIn?: StackState['runs_in'];
  readonly say: (line: string) => void;
}

/**
 * Starts LocalStack and the query service; both go on when this program ends. What an earlier stack left in the folder after a crash
 * or a kill is cleaned up first. When a part does not start, the others are stopped again.
 * @throws LocalError with one of its codes; `LOCALSTACK.RUNNING` when the folder's stack is up
 */
export const up = async (options: UpOptions): Promise<StackState> => {
  const { folder, say } = options;
  if (isRunning(folder.record('localstack')))
    throw hostError('LOCALSTACK.RUNNING', `A LocalStack is up already, its files are in ${folder.path}.`);
  const port = options.port === 0 ? await freePort() : (options.port ?? 4566);
  const servicePort = options.servicePort === 0 ? await freePort() : (options.servicePort ?? 8000);
  const runsIn = options.runsIn ?? (dockerRuns() ? 'docker' : 'host');
  if ((runsIn === 'docker' || readState(folder)?.runs_in === 'docker') && composeRuns())
    throw hostError('LOCALSTACK.RUNNING', 'A LocalStack is up already in Docker, where there is one.');
  await clear(folder);
  await assertPortFree(port, 'LocalStack, --port', LOOPBACK);
  await assertPortFree(servicePort, 'the query service, --service-port', LOOPBACK);
  const urls = { aws_url: `http://${LOOPBACK}:${port}`, service_url: `http://${LOOPBACK}:${servicePort}` };
  if (runsIn === 'docker') {
    const state = { runs_in: runsIn, ...urls, service_url_inside: 'http://query-service:8000' };
    // Noted before: what a broken start leaves has to be found again.
    writeState(folder, state);
    composeUp({ port, servicePort });
    return state;
  }
  if (process.platform === 'win32')
    throw hostError('PLATFORM.UNSUPPORTED', 'LocalStack runs without Docker on macOS and Linux only.');
  if (!existsSync(QUERY_SERVICE)) throw hostError('BUNDLE.MISSING', `There is no ${QUERY_SERVICE}.`);
  const state = { runs_in: runsIn, ...urls, service_url_inside: urls.service_url };
  try {
    const python = await pythonEnvironment({ say });
    mkdirSync(folder.path, { recursive: true });
    await startLocalStack({ folder, python, port });
    await startQueryService({
      folder,
      port: servicePort,
      awsUrl: urls.aws_url,
      internalApiUrl: apiUrl(urls.aws_url, 'notifications'),
    });
  } catch (error) {
    await stopProcesses(folder);
    throw error;
  }
  writeState(folder, state);
  return state;
};

const LOOPBACK = '127.0.0.1';
/** Nothing outlives the stack, so nothing is worth waiting for. */
const STOP_TIMEOUT_MS = 5_000;

/** Stops what runs, also what a killed program left behind, and removes what belonged to it. Logs stay. Gives whether anything ran. */
export const down = async (folder: StackFolder): Promise<boolean> => {
  const state = readState(folder);
  const stopped = await stopProcesses(folder);
  // Without an engine nothing of it runs; what is left of its containers goes with the next one.
  if (state?.runs_in === 'docker' && dockerRuns()) {
    composeDown({ port: portOf(state.aws_url), servicePort: portOf(state.service_url) });
  }
  removeState(folder);
  return stopped || state?.runs_in === 'docker';
};

const portOf = (url: string): number => Number(new URL(url).port);

const clear = async (folder: StackFolder): Promise<void> => {
  await down(folder);
  for (const name of PROCESS_NAMES) rmSync(folder.log(name), { force: true });
};

/** Terraform first, which would go on asking for what is no longer there. */
const stopProcesses = async (folder: StackFolder): Promise<boolean> => {
  let any = false;
  for (const name of PROCESS_NAMES) any = (await stopRecorded(folder.record(name), STOP_TIMEOUT_MS)) || any;
  return any;
};

/** LocalStack keeps everything in memory, so Terraform's state means nothing without it. */
const removeState = ({ state, outputs, terraform, files }: StackFolder): void => {
  for (const path of [state, outputs, terraform, files]) rmSync(path, { recursive: true, force: true });
};

/**
 * Terraform on the running stack.
 * @throws LocalError `LOCALSTACK.NOT_RUNNING`, `PYTHON.MISSING`, `PYTHON.SETUP_FAILED`
 */
export const terraformOf = async (
  folder: StackFolder,
  say: (line: string) => void,
): Promise<{ terraform: Terraform; state: StackState; python: PythonEnvironment }> => {
  const state = await requireState(folder);
  const python = await pythonEnvironment({ say });
  const vpc = await ensureVpc(state.aws_url);
  const variables = { ...vpc, query_service_url: state.service_url_inside };
  return { terraform: new Terraform({ folder, python, awsUrl: state.aws_url, variables }), state, python };
};
