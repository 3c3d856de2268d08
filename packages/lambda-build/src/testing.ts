import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { BILL_FILE, BUNDLE_BUDGET_BYTES, buildLambda, NOTICES_FILE } from './build-lambda.ts';

/**
 * What holds for the artifact of every Lambda package, after its build.
 *
 * @param environment the variables the function's configuration requires
 */
export const lambdaArtifactContract = (packageDir: string, environment: Readonly<Record<string, string>>) =>
  // A build on a busy machine takes longer than a test has by itself.
  describe('the artifact', { timeout: 60_000 }, () => {
    it('is the same zip when it is built again, within the bundle budget', async () => {
      const before = await readFile(join(packageDir, 'dist/function.zip'));
      const { bundleBytes } = await buildLambda(packageDir);
      expect(before.equals(await readFile(join(packageDir, 'dist/function.zip')))).toBe(true);
      expect(bundleBytes).toBeLessThanOrEqual(BUNDLE_BUDGET_BYTES);
    });

    it('says what it is made of, and brings the notices of all of it', async () => {
      const zip = unzipSync(await readFile(join(packageDir, 'dist/function.zip')));
      const notices = Buffer.from(zip[NOTICES_FILE] ?? []).toString();
      const { components } = JSON.parse(await readFile(join(packageDir, 'dist', BILL_FILE), 'utf8'));
      expect(components.length).toBeGreaterThan(0);
      for (const { name, version } of components) expect(notices).toContain(`${name} ${version} (`);
    });

    it('exports a handler', async () => {
      Object.assign(process.env, environment);
      const module = await import(pathToFileURL(join(packageDir, 'dist/handler.mjs')).href);
      expect(module.handler).toBeTypeOf('function');
    });
  });
