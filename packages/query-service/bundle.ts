import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  BILL_FILE,
  billOfMaterials,
  type Component,
  componentAt,
  componentsOf,
  NOTICES_FILE,
  thirdPartyNotices,
} from '@notify/lambda-build';
import { build, type Plugin } from 'esbuild';
import { publicOpenApi } from './src/adapters/http/openapi.ts';

const here = dirname(fileURLToPath(import.meta.url));
/** The API description that this service serves its public part of. */
export const API_FILE = join(here, '../../terraform/api/notifications.openapi.yaml');
const USERS_API_FILE = join(here, '../../terraform/api/users.openapi.yaml');
const CONSOLE_SOURCES = fileURLToPath(new URL('../console', import.meta.url));
const CONSOLE = join(CONSOLE_SOURCES, 'dist');
/** The files of the API reference that are this project's; Scalar's own one is put beside them. */
const REFERENCE = join(here, 'reference');
const SCALAR = fileURLToPath(new URL('browser', import.meta.resolve('@scalar/api-reference')));

/** Fastify and pino are CommonJS: in an ES module they find `require` and `__dirname` only when the bundle brings them. */
const COMMONJS = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

/** The map of a file onto nothing. */
const UNMAPPED = `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(
  JSON.stringify({ version: 3, sources: [''], mappings: 'AAAA' }),
).toString('base64')}`;

/**
 * Leaves what comes from others out of the source map: Node reads the whole of it when it starts, which costs tens of megabytes, and a trace
 * is about our own lines.
 */
const mapOwnSources: Plugin = {
  name: 'map-own-sources',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')) + UNMAPPED,
      loader: 'js',
    }));
  },
};

/** Everything that the service needs to run by `node main.mjs`, in one folder. */
export const bundle = async (outdir: string): Promise<void> => {
  await rm(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: { main: join(here, 'src/main.ts') },
    outdir,
    metafile: true,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    // For the error types in the log.
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: COMMONJS },
    plugins: [mapOwnSources],
    logLevel: 'warning',
  });
  for (const [api, file] of [
    [API_FILE, 'openapi.json'],
    [USERS_API_FILE, 'users.openapi.json'],
  ] as const) {
    await writeFile(join(outdir, file), JSON.stringify(publicOpenApi(await readFile(api, 'utf8'))));
  }
  await cp(CONSOLE, join(outdir, 'console'), { recursive: true });
  await cp(REFERENCE, join(outdir, 'docs'), { recursive: true });
  await cp(SCALAR, join(outdir, 'docs/scalar'), {
    recursive: true,
    // The page loads the modules; the one file with everything is six times as much.
    filter: (path) => !path.endsWith('.map') && !path.endsWith('/standalone.js'),
  });
  await cp(join(CONSOLE, 'icon.svg'), join(outdir, 'docs/icon.svg'));
  const components = [...componentsOf(metafile, here), ...(await componentsOfPages())];
  const unique = [...new Map(components.map((each) => [`${each.name}@${each.version}`, each])).values()];
  await writeFile(join(outdir, NOTICES_FILE), thirdPartyNotices(unique));
  await writeFile(join(outdir, BILL_FILE), billOfMaterials('query-service', unique));
};

/** Whose code is in the pages: the console, seen as esbuild sees it, and the API reference, which comes ready-made. */
const componentsOfPages = async (): Promise<Component[]> => {
  const { metafile } = await build({
    absWorkingDir: CONSOLE_SOURCES,
    entryPoints: ['src/main.tsx'],
    bundle: true,
    metafile: true,
    write: false,
    outdir: 'nowhere',
    jsx: 'automatic',
    // Of modules that the pages share with Lambdas and do not use.
    external: ['node:*'],
    format: 'esm',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'empty', '.woff2': 'empty' },
    logLevel: 'warning',
  });
  return [...componentsOf(metafile, CONSOLE_SOURCES), componentAt(join(SCALAR, '../..'))];
};
