import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BUNDLE_BUDGET_BYTES, buildLambda } from './build-lambda.ts';

/**
 * What holds for the artifact of every Lambda package, after its build.
 *
 * @param environment the variables the function's configuration requires
 */
export const lambdaArtifactContract = (packageDir: string, environment: Readonly<Record<string, string>>) =>
  describe('the artifact', () => {
    it('is the same zip when it is built again, within the bundle budget', async () => {
      const before = await readFile(join(packageDir, 'dist/function.zip'));
      const { bundleBytes } = await buildLambda(packageDir);
      expect(before.equals(await readFile(join(packageDir, 'dist/function.zip')))).toBe(true);
      expect(bundleBytes).toBeLessThanOrEqual(BUNDLE_BUDGET_BYTES);
    });

    it('exports a handler', async () => {
      Object.assign(process.env, environment);
      const module = await import(pathToFileURL(join(packageDir, 'dist/handler.mjs')).href);
      expect(module.handler).toBeTypeOf('function');
    });
  });
