import { Id } from '@notify/shared-domain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeUserCursor, parseListQuery } from './list-query.ts';

it('takes every cursor that it gives, those of the longest ids among them', () => {
  const anyId = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 256 })
    .filter((id) => Id.safeParse(id).success);
  const longest = fc.constantFrom('\u0001', '"', '語', 'x').map((character) => character.repeat(256));
  fc.assert(
    fc.property(fc.oneof(anyId, longest), (after) => {
      expect(parseListQuery({ cursor: encodeUserCursor(after) })).toMatchObject({ after });
    }),
    { seed: 1 },
  );
});

it('refuses a cursor that was made up of half a character', () => {
  expect(() => parseListQuery({ cursor: encodeUserCursor('\ud800') })).toThrow('The cursor is damaged');
});
