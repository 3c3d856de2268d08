import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const file = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const page = readFileSync(file('docs/threat-model.md'), 'utf8');
/** Each `file` with the title in quotes behind it, if one stands there. */
const proofs = [...page.matchAll(/`([\w./-]+\.(?:ts|hcl))`(?: "([^"]+)")?/g)].map(([, path = '', title]) => ({
  path,
  title,
}));

describe('docs/threat-model.md', () => {
  it.each(proofs)('names what is there: $path $title', ({ path, title }) => {
    expect(existsSync(file(path))).toBe(true);
    if (title !== undefined) expect(readFileSync(file(path), 'utf8')).toContain(title);
  });

  it('has a proof in each line', () => {
    const lines = page.split('\n').filter((line) => /^\| (?!wants|---)/.test(line));
    expect(lines.length).toBeGreaterThan(15);
    for (const line of lines) expect(line.split('|').at(-2)).toMatch(/`[\w./-]+\.(ts|hcl)`/);
  });
});
