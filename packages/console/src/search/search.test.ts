import { expect, test } from 'vitest';
import { readSearch, shellQuoted, toCommand, toRequest } from './search.ts';

test('an address is read leniently: what is not known is left out', () => {
  expect(readSearch({ by: 'user', id: 7, status: 'LOST', platform: 'IOS', order: 'desc', x: 1 })).toEqual({
    by: 'user',
    id: '7',
    platform: 'IOS',
  });
  expect(readSearch({ by: 'fail', id: '' })).toEqual({});
});

test('a search becomes the request and the command that show the same', () => {
  const search = readSearch({ by: 'fail', id: "it's", status: 'SENT', platform: 'IOS', order: 'asc' });
  const { path, parameters } = toRequest(search);
  expect(`${path}?${parameters}`).toBe('/fail?transaction_id=it%27s&platform=IOS&order=asc');
  expect(toCommand(search)).toBe(
    `npx --yes pnpm@12 notify query failures --transaction-id 'it'\\''s' --platform IOS --order asc`,
  );
  expect(toRequest({}).path).toBe('/fail');
  expect(toRequest({ by: 'user', id: 'u' }).path).toBe('/query/user');
});

test.each(['$(rm -rf /)', '`id`', 'a b', 'x;y', '"', "'", '\n'])('%j stays one word of a shell', (text) => {
  expect(shellQuoted(text)).toMatch(/^'/);
});
