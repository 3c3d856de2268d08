import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** Everything that is made on this machine is below this ignored folder. */
const LOCAL = join(REPOSITORY, '.local');

/** The Python environment with LocalStack, tflocal and awslocal; all stacks share it. */
export const PYTHON_FOLDER = join(LOCAL, 'python');

/** Where one stack keeps its state, logs and Terraform's working copy. Several can be side by side, each with ports of its own. */
export interface StackFolder {
  readonly path: string;
  readonly state: string;
  readonly outputs: string;
  readonly terraform: string;
  readonly files: string;
  log(process: ProcessName): string;
  record(process: ProcessName): string;
}

export type ProcessName = 'localstack' | 'query-service' | 'terraform';
export const PROCESS_NAMES: readonly ProcessName[] = ['terraform', 'query-service', 'localstack'];

export const stackFolder = (path: string = join(LOCAL, 'localstack')): StackFolder => {
  const root = resolve(path);
  return {
    path: root,
    state: join(root, 'state.json'),
    outputs: join(root, 'outputs.json'),
    terraform: join(root, 'work'),
    files: join(root, 'files'),
    log: (process) => join(root, `${process}.log`),
    record: (process) => join(root, `${process}.pid`),
  };
};
