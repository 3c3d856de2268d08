import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LocalError } from '@notify/dynamodb-local';
import { transformSync } from 'esbuild';
import { PYTHON_FOLDER } from './folders.ts';
import { findPython } from './python.ts';

const run = promisify(execFile);
const EXECUTOR = fileURLToPath(new URL('../executor', import.meta.url));
/** The tests of the executor itself, for Python's unittest. */
export const PYTHON_TESTS = join(EXECUTOR, 'tests');
const BOOTSTRAP = fileURLToPath(new URL('lambda/bootstrap.ts', import.meta.url));

const AWS_CONFIG = '[plugins]\nlogs-tail = notify_executor.logs_tail\n';

/** LocalStack, terraform-local and awscli-local in a virtual environment of their own. */
export interface PythonEnvironment {
  readonly python: string;
  /** The folder of tflocal and awslocal. */
  readonly bin: string;
  /** What a function's process runs: bootstrap.ts as JavaScript, which starts 0.1 s earlier. */
  readonly bootstrap: string;
  /** The AWS CLI's configuration file that gives it `logs tail`. */
  readonly awsConfig: string;
}

export interface SetUpOptions {
  readonly folder?: string;
  readonly say: (line: string) => void;
}

/**
 * Makes the environment when it is not there or outdated: the packages of executor/requirements.txt, held by their hashes, and the
 * executor. One that was broken off is made anew.
 * @throws LocalError `PYTHON.MISSING`, `PYTHON.SETUP_FAILED`
 */
export const pythonEnvironment = async ({
  folder = PYTHON_FOLDER,
  say,
}: SetUpOptions): Promise<PythonEnvironment> => {
  const bin = join(folder, 'bin');
  const environment = {
    python: join(bin, 'python'),
    bin,
    bootstrap: join(folder, 'bootstrap.mjs'),
    awsConfig: join(folder, 'aws.config'),
  };
  const stamp = join(folder, 'complete');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return environment;

  const python = findPython();
  say(`Installing LocalStack from PyPI into ${folder} (once, some 350 MB) …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await run(python, ['-m', 'venv', folder]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes'];
    await run(environment.python, [...install, '-r', join(EXECUTOR, 'requirements-uv.txt')]);
    const uv = (...args: string[]) =>
      run(join(bin, 'uv'), ['pip', 'install', '--quiet', '--python', environment.python, ...args]);
    await uv('--require-hashes', '-r', join(EXECUTOR, 'requirements.txt'));
    // setuptools writes beside the sources that it packs.
    const sources = join(folder, 'executor');
    cpSync(EXECUTOR, sources, { recursive: true });
    await uv('--no-deps', '--no-build-isolation', sources);
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new LocalError('PYTHON.SETUP_FAILED', `${stderr.trim() || message}`, error);
  }
  const { code } = transformSync(readFileSync(BOOTSTRAP, 'utf8'), { loader: 'ts' });
  writeFileSync(environment.bootstrap, code);
  writeFileSync(environment.awsConfig, AWS_CONFIG);
  writeFileSync(stamp, wanted);
  return environment;
};

/** Of everything that the environment is made of. */
const fingerprint = (): string => {
  const hash = createHash('sha256');
  const sources = ['pyproject.toml', 'requirements*.txt', 'notify_executor/*.py'].flatMap((pattern) =>
    globSync(pattern, { cwd: EXECUTOR }).sort(),
  );
  for (const file of [...sources.map((name) => join(EXECUTOR, name)), BOOTSTRAP]) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
};
