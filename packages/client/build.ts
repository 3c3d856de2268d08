import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE_ALIASES, componentsOf, NOTICES_FILE, thirdPartyNotices } from '@notify/lambda-build';
import { type BuildOptions, build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/**
 * The package as the world installs it, in `dist`: `npm publish packages/client/dist`. Inside the workspace everybody imports the sources.
 * What the client is made of is bundled, its types too, so that it depends on nothing.
 */
const here = import.meta.dirname;
const dist = join(here, 'dist');
const ENTRIES = { index: 'src/index.ts', sigv4: 'src/sigv4.ts' };

const bundle = async (entry: keyof typeof ENTRIES, options: BuildOptions) => {
  const { metafile } = await build({
    ...options,
    absWorkingDir: here,
    entryPoints: { [entry]: ENTRIES[entry] },
    outdir: dist,
    bundle: true,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    mainFields: ['module', 'main'],
    external: ['node:*'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  return componentsOf(metafile, here);
};

/** rollup knows no workspace: its modules are where the importing file finds them. */
const resolved = (id: string): string | undefined => {
  if (id.startsWith('@notify/')) return fileURLToPath(import.meta.resolve(id));
  return undefined;
};

const bundleTypes = async () => {
  const types = await rollup({
    input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(here, file)])),
    plugins: [
      { name: 'workspace', resolveId: resolved },
      dts({ respectExternal: true, tsconfig: join(here, '../../tsconfig.base.json') }),
    ],
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  await types.write({ dir: dist, format: 'es', entryFileNames: '[name].d.ts' });
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const components = [
  ...(await bundle('index', { platform: 'neutral' })),
  ...(await bundle('sigv4', { platform: 'node', alias: BUNDLE_ALIASES })),
];
await bundleTypes();
const unique = [...new Map(components.map((each) => [each.name, each])).values()];
await writeFile(join(dist, NOTICES_FILE), thirdPartyNotices(unique));
await cp(join(here, '../../LICENSE'), join(dist, 'LICENSE'));
await cp(join(here, 'README.md'), join(dist, 'README.md'));
const { name, version, description, license, type, sideEffects } = JSON.parse(
  await readFile(join(here, 'package.json'), 'utf8'),
);
const face = (entry: keyof typeof ENTRIES) => ({ types: `./${entry}.d.ts`, default: `./${entry}.js` });
const published = {
  ...{ name, version, description, license, type, sideEffects },
  engines: { node: '>=20' },
  exports: { '.': face('index'), './sigv4': face('sigv4') },
};
await writeFile(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
