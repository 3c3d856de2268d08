import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const { packages: rooms } = parse(read('pnpm-workspace.yaml')) as { packages: string[] };
const packages = rooms
  .flatMap((room) => globSync(`${room}/package.json`, { cwd: ROOT }))
  .map((path) => ({
    folder: dirname(path),
    ...(JSON.parse(read(path)) as { name: string; description?: string; scripts?: Record<string, string> }),
  }));

describe.each(packages)('$name', ({ folder, name, description, scripts }) => {
  it('is in the folder of its name, and says in a sentence what it is', () => {
    expect(name).toBe(`@notify/${folder.split('/').at(-1)}`);
    expect(description).toMatch(/^[A-Z].{19,}\.$/);
  });

  it('has a README that says what it is, for whom, what its face is, and shows it', () => {
    const readme = read(`${folder}/README.md`);
    expect(readme.startsWith(`# ${name}\n`)).toBe(true);
    expect(readme).toMatch(/^(For|Its|The) /m);
    expect(readme).toMatch(/face|`[^`]+`/);
  });

  // A whole stage has its own.
  it.runIf(scripts?.['test'] && folder !== 'e2e')('has the limits of a busy machine for its tests', () => {
    expect(read(`${folder}/vitest.config.ts`)).toContain('/vitest.shared.ts');
  });
});

/** Pages that people read, with what they name. */
const pages = globSync(
  [
    '*.md',
    'docs/*.md',
    'docs/adr/*.md',
    '{packages,localstack}/*/README.md',
    '{bench,e2e,fuzz,proof,scripts,terraform,repository}/README.md',
  ],
  { cwd: ROOT },
);

describe.each(pages.map((page) => ({ page })))('$page', ({ page }) => {
  it('links to what is there', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
      ([, link = '']) => link,
    );
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(page), decodeURI(link))))).toEqual([]);
  });

  it('names only scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const known = new Set([
      ...Object.keys(scripts),
      'install',
      'exec',
      'audit',
      'licenses',
      'approve',
      '-r',
      '--filter',
    ]);
    const named = [...read(page).matchAll(/`(?:npx --yes )?pnpm(?:@12)? ([a-z:]+)/g)].map(
      ([, script = '']) => script,
    );
    expect(named.filter((script) => !known.has(script))).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  it('names files that are there', () => {
    const named = [
      ...read('CONTRIBUTING.md').matchAll(
        /`((?:packages|terraform|localstack|e2e|scripts|docs|fuzz|proof)\/[^`\s]+)`/g,
      ),
    ].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(15);
    expect(
      named.filter((path) => globSync(path.replaceAll(/<[^>]+>/g, '*'), { cwd: ROOT }).length === 0),
    ).toEqual([]);
  });
});
