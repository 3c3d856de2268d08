import { expect, test } from 'vitest';
import { isComplete, readSearch, toCommand, toPath, toQuery } from './search.ts';

test('an address is read leniently: what is not known is left out', () => {
  expect(readSearch({ by: 'user', id: 7, status: 'LOST', platform: 'IOS', order: 'desc', x: 1 })).toEqual({
    by: 'user',
    id: '7',
    platform: 'IOS',
  });
  expect(readSearch({ by: 'tx', id: '' })).toEqual({});
});

test('a search becomes the request and the command that show the same', () => {
  const search = readSearch({ by: 'fail', id: "it's", status: 'SENT', platform: 'IOS', order: 'asc' });
  expect(toPath(toQuery(search))).toBe('/fail?transaction_id=it%27s&platform=IOS&order=asc');
  expect(toCommand(search)).toBe(
    `npx --yes pnpm@12 notify query failures --transaction-id 'it'\\''s' --platform IOS --order asc`,
  );
  expect(toPath(toQuery({ by: 'fail' }))).toBe('/fail');
  expect(toPath(toQuery({ by: 'user', id: 'u' }))).toBe('/query/user?user_id=u');
});

test('a search for nothing in particular is for the newest of all', () => {
  const search = readSearch({ platform: 'IOS' });
  expect([isComplete(search), toPath(toQuery(search))]).toEqual([true, '/tx?platform=IOS']);
  expect(toCommand(search)).toBe('npx --yes pnpm@12 notify query latest --platform IOS');
  expect(toCommand({ id: 'tx_001' })).toBe(
    'npx --yes pnpm@12 notify query transaction --transaction-id tx_001',
  );
});

test.each([
  [{}, true],
  [{ by: 'fail' }, true],
  [{ by: 'user' }, false],
  [{ by: 'user', id: 'u' }, true],
] as const)('%j can be asked: %s', (search, can) => {
  expect(isComplete(search)).toBe(can);
});
