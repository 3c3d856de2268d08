import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PAGE_FILE, withRegions } from './event-sourcing-page.ts';

it('docs/event-sourcing.md shows the code as it is (`pnpm -r generate` brings it up to date)', () => {
  const page = readFileSync(PAGE_FILE, 'utf8');
  expect(page.match(/<!-- region /g)?.length).toBeGreaterThan(5);
  expect(withRegions(page)).toBe(page);
});
