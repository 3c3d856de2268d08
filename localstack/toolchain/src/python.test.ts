import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findPython, pythonCandidates } from './python.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** A program that answers as a Python of this version would; without one, as the shim of a version manager that has none chosen. */
const aPython = (path: string, version?: string): string => {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, version ? `#!/bin/sh\necho ${version}\n` : '#!/bin/sh\nexit 127\n');
  chmodSync(file, 0o755);
  return file;
};

it('the named one is asked first', () => {
  const named = aPython('anywhere/python', '3.13');
  expect(findPython(['3.13'], { PYTHON_313: named, PATH: process.env['PATH'] }, home)).toBe(named);
});

it('one of a version manager is found, the newest first', () => {
  const older = aPython('.pyenv/versions/3.13.2/bin/python3.13', '3.13');
  const newer = aPython('.pyenv/versions/3.13.10/bin/python3.13', '3.13');
  const candidates = pythonCandidates('3.13', {}, home);
  expect(candidates.indexOf(newer)).toBeGreaterThan(0);
  expect(candidates.indexOf(newer)).toBeLessThan(candidates.indexOf(older));
});

it.skipIf(existsSync('/usr/local/bin/python3.13') || existsSync('/opt/homebrew/bin/python3.13'))(
  'none at all is said, with what to do',
  () => {
    expect(() => findPython(['3.13'], { PATH: home }, home)).toThrow(
      /^PYTHON\.MISSING: There is no Python 3\.13 on this machine\. Install one/,
    );
  },
);

it('a shim that fails and another version are passed over', () => {
  const shim = aPython('shims/python3.13');
  const root = join(home, 'root');
  aPython('root/versions/3.13.9/bin/python3.13', '3.12');
  const right = aPython('root/versions/3.13.1/bin/python3.13', '3.13');
  const env = { PYTHON_313: shim, PYENV_ROOT: root, PATH: process.env['PATH'] };
  expect([right, 'python3', 'python', 'py', 'python3.13']).toContain(findPython(['3.13'], env, home));
});
