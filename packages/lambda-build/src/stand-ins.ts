import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** Packages that a bundle does better without, with what stands in for each. */
export const BUNDLE_ALIASES = {
  '@aws-sdk/credential-provider-node': fileURLToPath(import.meta.resolve('./environment-credentials.ts')),
  '@aws-sdk/endpoint-cache': fileURLToPath(import.meta.resolve('./endpoint-cache.ts')),
};

/** The same for files of the SDK, by where they lie in `@smithy/core`. */
const SDK_FILES: Readonly<Record<string, string>> = {
  // For a Node without SHA-256.
  'checksum/sha256/Sha256Js.js': 'export class Sha256Js {}',
  // A Lambda has neither `~/.aws/config` nor `~/.aws/credentials`.
  'config/shared-ini-file-loader/loadSharedConfigFiles.js': `
    export { CONFIG_PREFIX_SEPARATOR } from './constants';
    export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  // Asks the machine for its region; Lambda tells it.
  'config/config-resolver/regionConfig/getInstanceMetadataRegion.js':
    'export const getInstanceMetadataRegion = async () => undefined;',
  // Asks whether a body is read from a file, which makes Node load its file streams: 2.5 ms.
  'serde/util-body-length/calculateBodyLength.js':
    'export const calculateBodyLength = (body) => (body ? Buffer.byteLength(body) : 0);',
};
const SDK_FILE = /[\\/]@smithy[\\/]core[\\/]dist-es[\\/]submodules[\\/](.*)$/;
const SDK_PACKAGE = /[\\/]@aws-sdk[\\/]client-[^\\/]*[\\/]package\.json$/;

/** Leaves out of a bundle what a Lambda never uses of the SDK. */
export const standIns: Plugin = {
  name: 'stand-ins',
  setup: ({ onResolve, onLoad }) => {
    onLoad({ filter: SDK_FILE }, ({ path }) => {
      const contents = SDK_FILES[SDK_FILE.exec(path)?.[1]?.replaceAll('\\', '/') ?? ''];
      return contents === undefined ? undefined : { contents };
    });
    // A client names its version in each request, and brings the whole file for that.
    onLoad({ filter: SDK_PACKAGE }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
    // For operations that answer with a stream of events; none of ours does.
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/**
 * Takes from Node's own modules what is imported, and no more. An `import` of one asks it for all that it exports, some of which Node only
 * makes when it is asked for: `node:http` then loads a second HTTP client (20 ms), `node:process` opens stdin (4 ms).
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: [
        `const builtin = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)});`,
        'export default builtin;',
        ...namesOf(path).map((name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`),
      ].join('\n'),
    }));
  },
};

/**
 * What each of Node's modules exports, as a Node tells it that runs nothing else: whoever builds may have added to them, as test runners
 * do to `node:process`, and the same source would be another bundle.
 */
const exported = (): Readonly<Record<string, readonly string[]>> => {
  const program = `
    const names = require('node:module').builtinModules.map((name) => [name, Object.keys(process.getBuiltinModule(name))]);
    process.stdout.write(JSON.stringify(Object.fromEntries(names)));`;
  const output = execFileSync(process.execPath, ['--no-deprecation', '--eval', program], { env: {} });
  return JSON.parse(output.toString());
};
let known: ReturnType<typeof exported> | undefined;

const namesOf = (path: string): readonly string[] => {
  known ??= exported();
  return (known[path] ?? known[path.replace(/^node:/, '')] ?? []).filter((name) => name !== 'default');
};
