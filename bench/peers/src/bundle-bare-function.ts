import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { zipSync } from 'fflate';

export interface BareBundle {
  readonly bundlePath: string;
  readonly bundleBytes: number;
  readonly zipBytes: number;
}

/** Bundles the bare function into this folder as most people do: minified, ES modules, and all that it imports in it. */
export const bundleBareFunction = async (folder: string): Promise<BareBundle> => {
  const bundlePath = join(folder, 'bare.mjs');
  await build({
    entryPoints: [fileURLToPath(import.meta.resolve('./bare-function.ts'))],
    outfile: bundlePath,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  const bundle = await readFile(bundlePath);
  return {
    bundlePath,
    bundleBytes: bundle.byteLength,
    zipBytes: zipSync({ 'handler.mjs': bundle }, { level: 9 }).byteLength,
  };
};
