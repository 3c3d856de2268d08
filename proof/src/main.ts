/** `pnpm prove [rows|campaigns|users|paging] […]`: tries a promise; the rows' without a name. What follows goes to the proof. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROOFS: Readonly<Record<string, string>> = {
  rows: 'stream-projection',
  campaigns: 'campaign-statistics',
  users: 'users',
  paging: 'query-result-lambda',
};

const [first = '', ...rest] = process.argv.slice(2);
const isNamed = Object.hasOwn(PROOFS, first);
if (first && !isNamed && !first.startsWith('-')) {
  process.stderr.write(
    `No proof has the name ${JSON.stringify(first)}: ${Object.keys(PROOFS).join(', ')}.\n`,
  );
  process.exit(2);
}
const folder = PROOFS[isNamed ? first : 'rows'];
const program = fileURLToPath(new URL(`../../packages/${folder}/proof/prove.ts`, import.meta.url));
const { status } = spawnSync(process.execPath, [program, ...(isNamed ? rest : process.argv.slice(2))], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
