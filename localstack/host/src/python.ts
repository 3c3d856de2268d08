import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LocalError } from '@notify/dynamodb-local';

type Environment = Readonly<Record<string, string | undefined>>;

const VERSION = '3.13';

/** Where a Python 3.13 may be, the likeliest first: named, on PATH, or where version managers and installers put it. */
export const pythonCandidates = (env: Environment, home = homedir()): string[] => [
  ...(env['PYTHON_313'] ? [env['PYTHON_313']] : []),
  'python3.13',
  'python3',
  ...installed(join(env['PYENV_ROOT'] ?? join(home, '.pyenv'), 'versions', '3.13*', 'bin', 'python3.13')),
  ...installed(join(home, '.local/share/uv/python/cpython-3.13*/bin/python3.13')),
  ...installed(join(home, '.asdf/installs/python/3.13*/bin/python3.13')),
  ...installed(join(home, '.local/share/mise/installs/python/3.13*/bin/python3.13')),
  '/opt/homebrew/bin/python3.13',
  '/usr/local/bin/python3.13',
];

/** The newest first. */
const installed = (pattern: string): string[] =>
  globSync(pattern).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

/**
 * The Python that LocalStack 4.14.0 runs on. Each candidate is asked what it is: a shim of a version manager can be on PATH and fail.
 * @throws LocalError `PYTHON.MISSING`
 */
export const findPython = (env: Environment = process.env, home?: string): string => {
  const found = pythonCandidates(env, home).find((candidate) => versionOf(candidate, env) === VERSION);
  if (!found) throw new LocalError('PYTHON.MISSING', `There is no Python ${VERSION} on this machine.`);
  return found;
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
