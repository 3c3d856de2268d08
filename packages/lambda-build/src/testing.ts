import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { BILL_FILE, buildLambda, NOTICES_FILE } from './build-lambda.ts';

/** Parts of Node that a Lambda does without, and that one wrong import brings along: see the stand-ins of the build. */
const UNUSED_OF_NODE = ['internal/deps/undici/undici', 'internal/fs/streams', 'http2'];

const loadedOfNode = `await import(process.argv[1]);
  console.log(JSON.stringify(process.moduleLoadList.map((name) => name.replace('NativeModule ', ''))))`;

/**
 * What holds for the artifact of every Lambda package, after its build.
 *
 * @param environment the variables the function's configuration requires
 * @param budgetBytes of what a cold start loads: what it has come down to, with hardly any room
 */
export const lambdaArtifactContract = (
  packageDir: string,
  environment: Readonly<Record<string, string>>,
  budgetBytes: number,
) =>
  // A build on a busy machine takes longer than a test has by itself.
  describe('the artifact', { timeout: 60_000 }, () => {
    it('is the same zip when it is built again, within the bundle budget', async () => {
      const before = await readFile(join(packageDir, 'dist/function.zip'));
      const { bundleBytes } = await buildLambda(packageDir);
      expect(before.equals(await readFile(join(packageDir, 'dist/function.zip')))).toBe(true);
      expect(bundleBytes).toBeLessThanOrEqual(budgetBytes);
    });

    it('loads no part of Node that it has no use for', async () => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          loadedOfNode,
          pathToFileURL(join(packageDir, 'dist/handler.mjs')).href,
        ],
        { env: { ...process.env, ...environment } },
      );
      const loaded: string[] = JSON.parse(stdout);
      expect(loaded).toContain('crypto');
      expect(UNUSED_OF_NODE.filter((name) => loaded.includes(name))).toEqual([]);
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
