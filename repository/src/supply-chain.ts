import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAllowedLicence } from '@notify/lambda-build';
import { parse } from 'yaml';
import { developmentTool } from './development-tools.ts';

/**
 * What comes from others: asks the registry for known weaknesses, and looks at what can be seen without it: that everything is held by its
 * digest, comes from a registry, and has a licence that is allowed. Last line
 * `advisories=… unheld=0 licences_refused=0 tools_shipped=0 unpinned=0`.
 * A registry that answers no audit is said so, and is a failure on GitHub, where it answers.
 */
const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const failures: string[] = [];
const refuse = (line: string): void => {
  failures.push(line);
  console.log(`FAILED  ${line}`);
};

const pnpm = async (...args: string[]): Promise<string> => {
  const program = process.env['npm_execpath'];
  const [command, before] = program?.endsWith('js') ? [process.execPath, [program]] : [program ?? 'pnpm', []];
  const { stdout } = await run(command, [...before, ...args], { cwd: ROOT, maxBuffer: 2 ** 26 }).catch(
    (error: { stdout?: string; stderr?: string }) => ({
      stdout: `${error.stdout ?? ''}${error.stderr ?? ''}`,
    }),
  );
  return stdout;
};

/** Known weaknesses of `high` or `critical` severity; the reason when nobody could be asked. */
const advisories = async (): Promise<string> => {
  const answer = await pnpm('audit', '--json');
  let counts: Record<string, number> | undefined;
  try {
    counts = JSON.parse(answer).metadata.vulnerabilities;
  } catch {
    counts = undefined;
  }
  if (counts === undefined) {
    const reason =
      /responded with \d+|ENOTFOUND|ECONNREFUSED|timeout/i.exec(answer)?.[0] ?? answer.slice(0, 200);
    const line = `The registry answered no audit: ${reason}`;
    if (process.env['GITHUB_ACTIONS']) refuse(line);
    else console.log(`UNKNOWN ${line}`);
    return 'not_asked';
  }
  const grave = (counts['high'] ?? 0) + (counts['critical'] ?? 0);
  if (grave > 0) refuse(`Known weaknesses: ${JSON.stringify(counts)}; see pnpm audit.`);
  return String(grave);
};

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly resolution: {
          readonly integrity?: string;
          readonly tarball?: string;
          readonly type?: string;
        };
      }
    >
  >;
}

/** Packages that the lockfile does not hold by a SHA-512, or takes from elsewhere than a registry. */
const unheld = (): number => {
  // The file can hold a document of pnpm's own before the one of the workspace.
  const documents = read('pnpm-lock.yaml')
    .split(/^---$/m)
    .filter((text) => text.trim() !== '');
  const packages = documents.flatMap((text) => Object.entries((parse(text) as Lockfile).packages ?? {}));
  const bad = packages.filter(
    ([, { resolution }]) =>
      !resolution.integrity?.startsWith('sha512-') || resolution.tarball || resolution.type === 'git',
  );
  for (const [name] of bad) refuse(`${name} is not held by its digest, or comes from no registry.`);
  console.log(`ok      ${packages.length - bad.length} packages are held by their digest`);
  return bad.length;
};

/** Packages that are installed and of which the licence is not allowed, neither for what is shipped nor for a tool by its name. */
const licences = async (): Promise<number> => {
  const byLicence = JSON.parse(await pnpm('licenses', 'list', '--recursive', '--json')) as Record<
    string,
    { readonly name: string }[]
  >;
  const bad = Object.entries(byLicence).flatMap(([licence, packages]) =>
    isAllowedLicence(licence)
      ? []
      : packages
          .filter(({ name }) => developmentTool(name)?.licence !== licence)
          .map(({ name }) => `${name} (${licence})`),
  );
  for (const name of bad) refuse(`${name} has a licence that is not on the list.`);
  console.log(`ok      ${Object.keys(byLicence).length} licences: ${Object.keys(byLicence).join(', ')}`);
  return bad.length;
};

/** Development tools that are in an artifact after all, by the bill of materials of each that has been built. */
const shipped = (): number => {
  const bills = globSync('packages/*/dist/sbom.cdx.json', { cwd: ROOT });
  if (bills.length === 0) refuse('There is no bill of materials: build first.');
  const bad = bills.flatMap((bill) => {
    const { components = [] } = JSON.parse(read(bill)) as { components?: { readonly name: string }[] };
    return components.filter(({ name }) => developmentTool(name)).map(({ name }) => `${name} is in ${bill}`);
  });
  for (const line of bad) refuse(`${line}, and its licence is one for development only.`);
  console.log(`ok      ${bills.length} artifacts hold no tool of development`);
  return bad.length;
};

/** Actions without a commit, Python packages without a hash where there is a file of hashes. */
const unpinned = (): number => {
  const actions = globSync('.github/workflows/*.yml', { cwd: ROOT }).flatMap((file) =>
    [...read(file).matchAll(/uses: (\S+)/g)].map(([, use = '']) => use),
  );
  const bad = actions.filter((use) => !/@[0-9a-f]{40}$/.test(use));
  for (const use of bad) refuse(`${use} is not pinned by its commit.`);
  console.log(`ok      ${actions.length - bad.length} actions are pinned by their commit`);
  return bad.length;
};

const summary = [
  `advisories=${await advisories()}`,
  `unheld=${unheld()}`,
  `licences_refused=${await licences()}`,
  `tools_shipped=${shipped()}`,
  `unpinned=${unpinned()}`,
].join(' ');
console.log(summary);
process.exit(failures.length === 0 ? 0 : 1);
