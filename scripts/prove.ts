/** `pnpm prove [rows|campaigns] […]`: tries the promise of a projection; the rows' without a name. What follows goes to the proof. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROOFS: Readonly<Record<string, string>> = {
  rows: '../packages/stream-projection/src/testing/prove.ts',
  campaigns: '../packages/campaign-statistics/proof/prove.ts',
};

const [first = '', ...rest] = process.argv.slice(2);
const named = PROOFS[first];
const program = fileURLToPath(new URL(named ?? String(PROOFS['rows']), import.meta.url));
const { status } = spawnSync(process.execPath, [program, ...(named ? rest : process.argv.slice(2))], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
