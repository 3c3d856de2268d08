import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, run, StepFailed } from './shell.ts';

const BIN = process.platform === 'win32' ? 'Scripts' : 'bin';

/** A virtual environment with what a requirements file names, made once and again when the file changes. Gives its bin folder. */
export const virtualEnvironment = async (folder: string, requirements: string): Promise<string> => {
  const wanted = readFileSync(requirements, 'utf8');
  const stamp = join(folder, 'installed.txt');
  const bin = join(folder, BIN);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return bin;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await output(await python(), ['-m', 'venv', folder]);
  await output(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements], {
    timeoutS: 400,
  });
  writeFileSync(stamp, wanted);
  return bin;
};

const python = async (): Promise<string> => {
  for (const command of ['python3', 'python', 'py']) {
    const answer = await run(command, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).catch(
      () => undefined,
    );
    if (answer?.code === 0) return command;
  }
  throw new StepFailed('There is no Python 3.10 or newer: install one and put it on PATH.');
};
