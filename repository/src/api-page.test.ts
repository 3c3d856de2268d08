import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { apiPage } from './api-page.ts';

it('docs/api.md has the routes of the OpenAPI files (`pnpm -r generate` brings it up to date)', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
  expect(apiPage(page)).toBe(page);
});

it('a page without the marks is refused rather than overwritten', () => {
  expect(() => apiPage('# The API')).toThrow('lost the marks');
});
