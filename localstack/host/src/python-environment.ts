import { createHash } from 'node:crypto';
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output, ProgramFailed, pip, virtualEnvironment } from '@notify/toolchain';
import { buildSync } from 'esbuild';
import { hostError } from './errors.ts';
import { PYTHON_FOLDER } from './folders.ts';

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
  /** What a function's process runs: bootstrap.ts, bundled. */
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
  const bootstrap = join(folder, 'bootstrap.mjs');
  const awsConfig = join(folder, 'aws.config');
  const code = bundledBootstrap();
  try {
    const bin = await virtualEnvironment({
      folder,
      versions: ['3.13'],
      madeOf: fingerprint(code),
      install: async (bin) => {
        say(`Installing LocalStack from PyPI into ${folder} (once, some 350 MB) …`);
        await install(bin, folder);
        writeFileSync(bootstrap, code);
        writeFileSync(awsConfig, AWS_CONFIG);
      },
    });
    return { python: join(bin, 'python'), bin, bootstrap, awsConfig };
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw hostError('PYTHON.SETUP_FAILED', `${error.message}: ${error.details.trim()}`, error);
  }
};

const install = async (bin: string, folder: string): Promise<void> => {
  await pip(bin, '--require-hashes', '-r', join(EXECUTOR, 'requirements-uv.txt'));
  const uv = (...args: string[]) =>
    output(join(bin, 'uv'), ['pip', 'install', '--quiet', '--python', join(bin, 'python'), ...args], {
      timeoutS: 900,
    });
  await uv('--require-hashes', '-r', join(EXECUTOR, 'requirements.txt'));
  // setuptools writes beside the sources that it packs.
  const sources = join(folder, 'executor');
  cpSync(EXECUTOR, sources, { recursive: true });
  await uv('--no-deps', '--no-build-isolation', sources);
};

/** bootstrap.ts with what it imports, as JavaScript. */
const bundledBootstrap = (): string => {
  const { outputFiles } = buildSync({
    entryPoints: [BOOTSTRAP],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};

/** Of everything that the environment is made of. */
const fingerprint = (code: string): string => {
  const hash = createHash('sha256').update(code);
  const sources = ['pyproject.toml', 'requirements*.txt', 'notify_executor/*.py'].flatMap((pattern) =>
    globSync(pattern, { cwd: EXECUTOR }).sort(),
  );
  for (const name of sources) hash.update(name).update(readFileSync(join(EXECUTOR, name)));
  return hash.digest('hex');
};
