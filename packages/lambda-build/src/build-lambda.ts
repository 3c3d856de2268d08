import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { zipSync } from 'fflate';
import { billOfMaterials, thirdPartyNotices } from './bill-of-materials.ts';
import { componentsOf } from './components.ts';
import { BUNDLE_ALIASES, builtins, standIns } from './stand-ins.ts';

/**
 * The most code that any Lambda loads at a cold start, minified, in bytes: its handler and what that imports statically. What is behind an
 * `import()` is loaded when it is needed and does not count. Each has a smaller budget of its own in the test of its artifact. See ADR 0005.
 */
export const BUNDLE_BUDGET_BYTES = 250_000;

/** In each artifact: whose code is in it, with the licences that have to go along. */
export const NOTICES_FILE = 'THIRD-PARTY-NOTICES.txt';
/** Beside each artifact: what it is made of, as CycloneDX. */
export const BILL_FILE = 'sbom.cdx.json';

export interface LambdaBuild {
  readonly bundlePath: string;
  /** Of the code that is loaded at a cold start. */
  readonly bundleBytes: number;
  readonly zipPath: string;
  /** SHA-256 of the zip in base64, as Lambda and Terraform compute it. */
  readonly zipHash: string;
}

/**
 * Bundles `src/handler.ts` of a Lambda package into `dist/handler.mjs`, with a chunk beside it for each dynamic import, and all of
 * it into `dist/function.zip`, with the notices of those whose code is in it ({@link NOTICES_FILE}); what that is stands beside it
 * ({@link BILL_FILE}). All of it is a function of the sources alone, byte for byte, so that an unchanged build plans no change.
 *
 * @throws Error when esbuild finds an error, the bundle is over {@link BUNDLE_BUDGET_BYTES}, or a licence is not allowed
 */
export const buildLambda = async (packageDir: string): Promise<LambdaBuild> => {
  const dist = join(packageDir, 'dist');
  const bundlePath = join(dist, 'handler.mjs');
  const options: BuildOptions & { metafile: true } = {
    absWorkingDir: packageDir,
    entryPoints: ['src/handler.ts'],
    outdir: dist,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    metafile: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    alias: BUNDLE_ALIASES,
    logLevel: 'warning',
  };
  const all = await build({ ...options, plugins: [builtins, standIns], write: false });
  const unused = unusedEntries(all.metafile.outputs).map((path) => join(packageDir, path));
  const { metafile } = await build({ ...options, plugins: [builtins, standIns, withoutImportsOf(unused)] });
  const bundleBytes = eagerBytes(metafile.outputs);
  if (bundleBytes > BUNDLE_BUDGET_BYTES) {
    throw new Error(`${bundlePath} has ${bundleBytes} bytes; the budget is ${BUNDLE_BUDGET_BYTES}`);
  }
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  await removeOthers(dist, names);
  const components = componentsOf(metafile, packageDir);
  await writeFile(join(dist, NOTICES_FILE), thirdPartyNotices(components));
  await writeFile(join(dist, BILL_FILE), billOfMaterials(basename(packageDir), components));
  const zip = await zipOf(dist, [...names, NOTICES_FILE].sort());
  const zipPath = join(dist, 'function.zip');
  await writeFile(zipPath, zip);
  return { bundlePath, bundleBytes, zipPath, zipHash: createHash('sha256').update(zip).digest('base64') };
};

/** A chunk's name changes with its content, so an earlier build may have left others. */
const removeOthers = async (dist: string, names: readonly string[]): Promise<void> => {
  const others = (await readdir(dist)).filter((name) => /\.mjs(\.map)?$/.test(name) && !names.includes(name));
  await Promise.all(others.map((name) => rm(join(dist, name), { force: true })));
};

/**
 * What would be loaded later by code that nothing uses. esbuild makes a chunk for each `import()` of every module that it has seen,
 * before it finds out which code is used.
 */
const unusedEntries = (outputs: Metafile['outputs']): string[] => {
  const used = new Set(Object.keys(outputs).filter((path) => basename(path) === 'handler.mjs'));
  for (const path of used) {
    for (const { path: imported, external } of outputs[path]?.imports ?? [])
      if (!external) used.add(imported);
  }
  return Object.entries(outputs).flatMap(([path, { entryPoint }]) =>
    entryPoint !== undefined && !used.has(path) ? [entryPoint] : [],
  );
};

const RESOLVED = Symbol('resolved');

const withoutImportsOf = (unused: readonly string[]): Plugin => ({
  name: 'without-unused-imports',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === RESOLVED) return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: RESOLVED });
      return unused.includes(found.path) ? { path, external: true } : undefined;
    }),
});

/** The bytes of the handler and of all that it imports statically. */
const eagerBytes = (outputs: Metafile['outputs']): number => {
  const eager = new Set(Object.keys(outputs).filter((path) => basename(path) === 'handler.mjs'));
  for (const path of eager) {
    for (const { kind, path: imported, external } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !external) eager.add(imported);
    }
  }
  return [...eager].reduce((bytes, path) => bytes + (outputs[path]?.bytes ?? 0), 0);
};

/** The earliest time a zip can hold, in local time because that is what zips hold. */
const NO_TIME = new Date(1980, 0, 1);

const zipOf = async (dir: string, names: readonly string[]): Promise<Uint8Array> => {
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(dir, name))] as const),
  );
  return zipSync(Object.fromEntries(files), { mtime: NO_TIME, level: 9 });
};
