import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtins } from './stand-ins.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'builtins-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What the program writes, as JSON, as it is and as a bundle. */
const outputs = async (source: string) => {
  const [program, bundle] = [join(folder, 'program.mjs'), join(folder, 'bundle.mjs')];
  await writeFile(program, source);
  await build({
    entryPoints: [program],
    outfile: bundle,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    plugins: [builtins],
  });
  return Promise.all(
    [program, bundle].map(async (path) => {
      const { stdout } = await promisify(execFile)(process.execPath, [path]);
      return JSON.parse(stdout);
    }),
  );
};

const UNDICI = 'NativeModule internal/deps/undici/undici';

it('takes from a module of Node what is imported, and leaves what that would load beside it', async () => {
  const [program, bundle] = await outputs(`
    import http, { STATUS_CODES } from 'node:http';
    import { join } from 'node:path';
    import * as os from 'node:os';
    console.log(JSON.stringify({
      values: [STATUS_CODES[404], http.METHODS.length, typeof http.Agent, join('a', 'b'), os.EOL, os.default.EOL],
      undici: process.moduleLoadList.includes(${JSON.stringify(UNDICI)}),
    }));`);
  expect(bundle.values).toEqual(program.values);
  expect([program.undici, bundle.undici]).toEqual([true, false]);
});

it('leaves to Node what is imported later', async () => {
  const [program, bundle] = await outputs(`
    const { request, default: http } = await import('node:http');
    console.log(JSON.stringify([typeof request, http.STATUS_CODES[200]]));`);
  expect(bundle).toEqual(program);
});
