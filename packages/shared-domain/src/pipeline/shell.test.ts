import { expect, test } from 'vitest';
import { shellQuoted } from './shell.ts';

test.each(['$(rm -rf /)', '`id`', 'a b', 'x;y', '"', "'", '\n'])('%j stays one word of a shell', (text) => {
  expect(shellQuoted(text)).toMatch(/^'/);
});
