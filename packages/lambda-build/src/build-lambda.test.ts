import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLE_BUDGET_BYTES, buildLambda, NOTICES_FILE } from './build-lambda.ts';

let packageDir: string;
const source = (name: string, text: string) => writeFile(join(packageDir, 'src', name), text);

beforeEach(async () => {
  packageDir = await mkdtemp(join(tmpdir(), 'lambda-'));
  await mkdir(join(packageDir, 'src'));
  await source('handler.ts', "export const handler = async () => (await import('./later.ts')).answer;");
  await source('later.ts', 'export const answer: number = 42;');
});
afterEach(() => rm(packageDir, { recursive: true }));

describe('buildLambda', () => {
  it('packs the handler, and in files of their own what it loads later', async () => {
    const { bundlePath, zipPath } = await buildLambda(packageDir);
    const { handler } = await import(bundlePath);
    expect(await handler()).toBe(42);
    const names = Object.keys(unzipSync(await readFile(zipPath)));
    expect(names).toContain('handler.mjs');
    expect(names.some((name) => /^later-\w+\.mjs$/.test(name))).toBe(true);
  });

  it('leaves out what only unused code would load later', async () => {
    await source('unused.ts', "export const more = () => import('./later.ts');\nexport const answer = 7;");
    await source('handler.ts', "import { answer } from './unused.ts';\nexport const handler = () => answer;");
    const { zipPath } = await buildLambda(packageDir);
    expect(Object.keys(unzipSync(await readFile(zipPath)))).toEqual([
      NOTICES_FILE,
      'handler.mjs',
      'handler.mjs.map',
    ]);
  });

  it('makes the same zip of the same sources, whenever they were written', async () => {
    const before = await buildLambda(packageDir);
    await utimes(join(packageDir, 'src/handler.ts'), 1, 1);
    expect((await buildLambda(packageDir)).zipHash).toBe(before.zipHash);
    await source('later.ts', 'export const answer: number = 43;');
    const after = await buildLambda(packageDir);
    expect(after.zipHash).not.toBe(before.zipHash);
    const later = Object.keys(unzipSync(await readFile(after.zipPath))).filter((name) =>
      /^later-.*mjs$/.test(name),
    );
    expect(later).toHaveLength(1);
  });

  it('refuses a cold start over the budget, and does not count what is loaded later', async () => {
    const large = `export const answer = '${'x'.repeat(BUNDLE_BUDGET_BYTES)}';`;
    await source('later.ts', large);
    await expect(buildLambda(packageDir)).resolves.toMatchObject({ bundleBytes: expect.any(Number) });
    await source('handler.ts', "import { answer } from './later.ts';\nexport const handler = () => answer;");
    await expect(buildLambda(packageDir)).rejects.toThrow(`the budget is ${BUNDLE_BUDGET_BYTES}`);
  });
});
