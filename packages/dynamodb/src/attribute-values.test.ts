import { describe, expect, it } from 'vitest';
import { decodeAttributes, decodeInteger, isImage, itemBytes } from './attribute-values.ts';

describe('decodeAttributes', () => {
  it('gives plain values of the attributes that are asked for', () => {
    const image = {
      text: { S: '' },
      number: { N: '-12' },
      flag: { BOOL: false },
      nothing: { NULL: true },
      list: { L: [{ S: 'a' }, { N: '1' }] },
      map: { M: { inner: { S: 'b' }, ['__proto__']: { S: 'c' } } },
      other: { S: 'unasked' },
    };
    const plain = decodeAttributes(image, ['text', 'number', 'flag', 'nothing', 'list', 'map', 'absent']);
    expect(plain).toEqual({
      text: '',
      number: -12,
      flag: false,
      nothing: null,
      list: ['a', 1],
      map: Object.fromEntries([
        ['inner', 'b'],
        ['__proto__', 'c'],
      ]),
    });
  });

  it.each([
    [{ SS: ['a'] }],
    [{ B: 'AA==' }],
    [{}],
    [null],
    ['text'],
    [{ N: 1 }],
    [{ M: null }],
    [{ NULL: false }],
  ])('refuses %j', (value) => {
    expect(() => decodeAttributes({ value: value as never }, ['value'])).toThrow('RECORD.INVALID');
  });

  it('does not look at what it is not asked for', () => {
    expect(decodeAttributes({ broken: null as never, number: { N: '1' } }, ['number'])).toEqual({
      number: 1,
    });
  });
});

describe('decodeInteger', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['1.0', 1],
    ['10.00', 10],
    ['-5.', -5],
    ['007', 7],
    ['9007199254740991', 9_007_199_254_740_991],
  ])('takes %s', (text, value) => expect(decodeInteger(text, 'n')).toBe(value));

  it.each([
    '9007199254740992',
    '1.5',
    '1.0000000000000000000000001',
    '1e400',
    '',
    ' ',
    ' 1',
    '1 ',
    '1e3',
    '+1',
    '0x10',
    'NaN',
  ])('refuses %j instead of rounding it', (text) =>
    expect(() => decodeInteger(text, 'n')).toThrow('n is not a safe integer.'),
  );
});

describe('isImage', () => {
  it('knows every type, at any depth', () => {
    const image = {
      s: { S: '' },
      n: { N: '1.5' },
      flag: { BOOL: false },
      nothing: { NULL: true },
      b: { B: 'AQI=' },
      ss: { SS: ['a'] },
      ns: { NS: ['1'] },
      bs: { BS: ['AQ=='] },
      l: { L: [{ M: { b: { B: 'AQ==' } } }, { L: [] }] },
    };
    expect(isImage(image)).toBe(true);
    expect(isImage({})).toBe(true);
    expect(isImage({ b: { B: '' }, longer: { B: 'AQIDBAUG+/8=' } })).toBe(true);
  });

  it.each([
    [undefined],
    [[]],
    [{ a: {} }],
    [{ a: { S: 1 } }],
    [{ a: { X: 'x' } }],
    [{ a: { N: 'x' } }],
    [{ a: { N: ' ' } }],
    [null],
    ['text'],
    [{ a: { S: 'a' }, b: { S: 1 } }],
    [{ a: { N: 1 } }],
    [{ a: { N: '1E400' } }],
    [{ a: { B: 1 } }],
    [{ a: { B: '?' } }],
    [{ a: { B: 'AQ?' } }],
    [{ a: { B: '?AQ' } }],
    [{ a: { B: 'A===' } }],
    [{ a: { SS: 'a' } }],
    [{ a: { SS: ['a', 1] } }],
    [{ a: { BS: ['AQ==', '?'] } }],
    [{ a: { L: 'a' } }],
    [{ a: { L: [{ S: 'a' }, {}] } }],
    [{ a: { NULL: false } }],
    [{ a: { NS: ['x'] } }],
    [{ a: { SS: [] } }],
    [{ a: { L: [{}] } }],
    [{ a: { M: { b: {} } } }],
    [{ a: { S: 'a', N: '1' } }],
    [{ a: null }],
  ])('knows that %j is none', (image) => expect(isImage(image)).toBe(false));
});

it('measures an item in bytes of names and values', () => {
  expect(
    itemBytes([
      ['a', { S: 'grüße' }],
      ['bb', { N: '1234' }],
      ['ccc', { N: '123' }],
      ['d', { BOOL: true }],
    ]),
  ).toBe(1 + 7 + 2 + 3 + 3 + 3 + 1 + 1);
});
