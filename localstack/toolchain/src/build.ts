import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { toolchainError } from './errors.ts';
import { run } from './program.ts';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
/** Longer than it takes to find that nothing has changed. */
const QUIET_MS = 3_000;

/**
 * Builds what has changed since it was built last: the zips of the functions, the service, the console. It says so only when that takes
 * a while, and nothing where turbo runs already, which has built what its task needs, or where `NOTIFY_BUILT` says that all is built:
 * turbo writes its outputs anew even when nothing has changed, and another program may be reading them.
 * @throws LocalError `BUILD.FAILED` with what the builds printed
 */
export const buildPackages = async (say: (line: string) => void): Promise<void> => {
  if (process.env['TURBO_HASH'] !== undefined || process.env['NOTIFY_BUILT'] !== undefined) return;
  const turbo = createRequire(`${REPOSITORY}package.json`).resolve('turbo/bin/turbo');
  const announcement = setTimeout(() => say('Building the packages …'), QUIET_MS);
  try {
    const { code, text } = await run(
      process.execPath,
      [turbo, 'run', 'build', '--output-logs=errors-only', '--no-color'],
      { cwd: REPOSITORY, env: { TURBO_TELEMETRY_DISABLED: '1' }, timeoutS: 900 },
    );
    if (code !== 0) throw toolchainError('BUILD.FAILED', `\n${text.trim()}\n`);
  } finally {
    clearTimeout(announcement);
  }
};
