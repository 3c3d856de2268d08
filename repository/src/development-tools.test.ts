import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAllowedLicence } from '@notify/lambda-build';
import { describe, expect, it } from 'vitest';
import { DEVELOPMENT_TOOLS, developmentTool } from './development-tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe.each(Object.entries(DEVELOPMENT_TOOLS))('%s', (name, { licence, use }) => {
  it('needs the exception, and says what it is for', () => {
    expect(isAllowedLicence(licence)).toBe(false);
    expect(use.length).toBeGreaterThan(10);
  });

  it('is still used', () => {
    expect(read('pnpm-lock.yaml')).toContain(`${name.replace('*', '')}`);
  });
});

it('no package depends on a tool in what it ships', () => {
  const manifests = globSync(['package.json', 'packages/*/package.json', 'localstack/*/package.json'], {
    cwd: ROOT,
  });
  expect(manifests.length).toBeGreaterThan(15);
  for (const manifest of manifests) {
    const { dependencies = {} } = JSON.parse(read(manifest)) as { dependencies?: Record<string, string> };
    expect([manifest, Object.keys(dependencies).filter(developmentTool)]).toEqual([manifest, []]);
  }
});

it('an exception is one package’s, not its licence’s or its neighbours’', () => {
  expect(developmentTool('axe-core')?.licence).toBe('MPL-2.0');
  expect(developmentTool('lightningcss-linux-x64-gnu')?.licence).toBe('MPL-2.0');
  expect(developmentTool('axe-core-other')).toBeUndefined();
  expect(developmentTool('constructor')).toBeUndefined();
});
