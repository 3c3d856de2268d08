import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERRORS } from './registry.ts';

it('docs/errors.md explains every code of the registry, with its status', () => {
  const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_.]+)` \| (\d{3}) \| (.+?) \| (.+?) \|$/gm)];
  const documented = Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]));
  expect(documented).toEqual(
    Object.fromEntries(Object.entries(ERRORS).map(([code, { status }]) => [code, status])),
  );
});
