import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildPackages,
  type Environment,
  endAll,
  pip,
  TerraformCopy,
  virtualEnvironment,
} from '@notify/toolchain';
import { checkContracts } from './contracts.ts';
import { conclude, interrupt, print, step } from './step.ts';
import { testWhole } from './whole.ts';

/**
 * `pnpm test:terraform`: the configuration, its modules by themselves, and the whole of it applied to moto and worked with as the
 * documents say; then errors of AWS before the requests that the code sends it, each kind of them in each way through the code, and with
 * `--faults` every error before every request. Its last lines are figures, which step.ts names.
 */
const ROOT = join(import.meta.dirname, '../..');
const WORK = join(ROOT, '.local/terraform');
/** What the tests run on, the likeliest first. */
const PYTHONS = ['3.13', '3.12', '3.11', '3.10'];

const copyOf = (name: string, env: Environment = {}): TerraformCopy => {
  const folder = join(WORK, `copy-${name}`);
  rmSync(folder, { recursive: true, force: true });
  const terraform = new TerraformCopy({ repository: ROOT, folder, env });
  terraform.copyZips();
  return terraform;
};

const python = (name: string) =>
  step(`Python with ${name}`, () => {
    const requirements = join(import.meta.dirname, `requirements-${name}.txt`);
    return virtualEnvironment({
      folder: join(WORK, name),
      versions: PYTHONS,
      madeOf: readFileSync(requirements, 'utf8'),
      install: (bin) => pip(bin, '-r', requirements),
    });
  });

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupt();
    endAll();
  });
}
const faults = process.argv.includes('--faults');
mkdirSync(WORK, { recursive: true });
await buildPackages(print);
await Promise.all([
  python('checkov').then((bin) => checkContracts(copyOf('contracts'), bin)),
  python('moto').then((bin) =>
    bin === undefined ? undefined : testWhole({ root: ROOT, work: WORK, bin, faults, copyOf }),
  ),
]);
process.exitCode = conclude() ? 0 : 1;
