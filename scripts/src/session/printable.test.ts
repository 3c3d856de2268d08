import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable, printableCell } from './printable.ts';

it('shows what a terminal would obey, and leaves the rest', () => {
  expect(printable('a\u001b[31mred\u009b2J\u202eevil\u007f é 🦆\n\tb')).toBe(
    'a\\u001b[31mred\\u009b2J\\u202eevil\\u007f é 🦆\n\tb',
  );
  expect(printable('\ud800X\udfff')).toBe('\\ud800X\\udfff');
  expect(printableCell('one\ntwo\tthree\r')).toBe('one\\ntwo\\tthree\\u000d');
});

it('leaves a JSON document the same document', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = printable(JSON.stringify(value, null, 2));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
