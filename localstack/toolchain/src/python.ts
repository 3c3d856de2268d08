import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { toolchainError } from './errors.ts';
import { type Environment, output } from './program.ts';

/** Where a Python of this version may be, the likeliest first: named, on PATH, or where version managers and installers put it. */
export const pythonCandidates = (version: string, env: Environment, home = homedir()): string[] => {
  const named = env[`PYTHON_${version.replace('.', '')}`];
  return [
    ...(named ? [named] : []),
    ...['python3', 'python', 'py'],
    `python${version}`,
    ...installed(
      join(env['PYENV_ROOT'] ?? join(home, '.pyenv'), `versions/${version}*/bin/python${version}`),
    ),
    ...installed(join(home, `.local/share/uv/python/cpython-${version}*/bin/python${version}`)),
    ...installed(join(home, `.asdf/installs/python/${version}*/bin/python${version}`)),
    ...installed(join(home, `.local/share/mise/installs/python/${version}*/bin/python${version}`)),
    `/opt/homebrew/bin/python${version}`,
    `/usr/local/bin/python${version}`,
  ];
};

/** The newest first. */
const installed = (pattern: string): string[] =>
  globSync(pattern).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

/**
 * A Python of one of these versions (`3.13`), of the first that is there. Each candidate is asked what it is: a shim of a version
 * manager can be on PATH and fail.
 * @throws LocalError `PYTHON.MISSING`
 */
export const findPython = (
  versions: readonly string[],
  env: Environment = process.env,
  home?: string,
): string => {
  for (const version of versions) {
    const found = pythonCandidates(version, env, home).find(
      (candidate) => versionOf(candidate, env) === version,
    );
    if (found) return found;
  }
  throw toolchainError('PYTHON.MISSING', `There is no Python ${versions.join(' or ')} on this machine.`);
};

const versionOf = (python: string, env: Environment): string | undefined => {
  try {
    const script = 'import sys, venv; print("%d.%d" % sys.version_info[:2])';
    return execFileSync(python, ['-c', script], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    }).trim();
  } catch {
    return undefined;
  }
};

export interface VirtualEnvironmentOptions {
  readonly folder: string;
  /** Which Python, as {@link findPython} takes it. */
  readonly versions: readonly string[];
  /** Of all that it is made of, as text: when that changes, it is made anew. */
  readonly madeOf: string;
  /** Installs what belongs in it. */
  readonly install: (bin: string) => Promise<unknown>;
}

/**
 * A virtual environment, made when it is not there, was broken off, or is made of something else by now. Gives the folder of its programs.
 * @throws LocalError `PYTHON.MISSING`
 * @throws ProgramFailed when Python or `install` fails
 */
export const virtualEnvironment = async ({
  folder,
  versions,
  madeOf,
  install,
}: VirtualEnvironmentOptions): Promise<string> => {
  const stamp = join(folder, 'complete');
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === madeOf) return bin;
  const python = findPython(versions);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await output(python, ['-m', 'venv', folder]);
  await install(bin);
  writeFileSync(stamp, madeOf);
  return bin;
};

/**
 * Installs packages into the environment with these programs.
 * @throws ProgramFailed
 */
export const pip = (bin: string, ...args: string[]): Promise<string> =>
  output(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args], {
    timeoutS: 600,
  });
