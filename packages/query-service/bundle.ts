import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { publicOpenApi } from './src/adapters/http/openapi.ts';

const here = dirname(fileURLToPath(import.meta.url));
/** The API description that this service serves its public part of. */
export const API_FILE = join(here, '../../terraform/api/notifications.openapi.yaml');
const CONSOLE = fileURLToPath(new URL('../console/dist', import.meta.url));
const SWAGGER_UI = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static');

/** Fastify and pino are CommonJS: in an ES module they find `require` and `__dirname` only when the bundle brings them. */
const COMMONJS = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

/** Everything that the service needs to run by `node main.mjs`, in one folder. */
export const bundle = async (outdir: string): Promise<void> => {
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: { main: join(here, 'src/main.ts') },
    outdir,
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
    logLevel: 'warning',
  });
  await writeFile(
    join(outdir, 'openapi.json'),
    JSON.stringify(publicOpenApi(await readFile(API_FILE, 'utf8'))),
  );
  await cp(CONSOLE, join(outdir, 'console'), { recursive: true });
  await cp(SWAGGER_UI, join(outdir, 'static'), {
    recursive: true,
    // The bundle has the standalone build's content already.
    filter: (path) => !path.endsWith('/swagger-ui.js'),
  });
};
