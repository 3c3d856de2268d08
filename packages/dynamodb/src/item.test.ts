import { expect, it } from 'vitest';
import { plainScalar, plainValue, toAttributeValue, toItem } from './item.ts';

it('encodes columns', () => {
  expect([toAttributeValue('a'), toAttributeValue(1), toAttributeValue(true)]).toEqual([
    { S: 'a' },
    { N: '1' },
    { BOOL: true },
  ]);
});

it('makes an item of a record and leaves out what is undefined', () => {
  expect(toItem({ a: 'x', b: 1, c: undefined })).toEqual({ a: { S: 'x' }, b: { N: '1' } });
});

it('gives scalars as they are and anything else as JSON', () => {
  expect([{ S: 'a' }, { N: '1.5' }, { BOOL: false }, { L: [{ S: 'b' }] }, undefined].map(plainValue)).toEqual(
    ['a', 1.5, false, '{"L":[{"S":"b"}]}', undefined],
  );
});

it('takes nothing but a scalar for one', () => {
  const values = [
    { S: '' },
    { N: '1e3' },
    { BOOL: false },
    { NULL: true as const },
    { SS: ['a'] },
    undefined,
  ];
  expect(values.map(plainScalar)).toEqual(['', 1000, false, undefined, undefined, undefined]);
});
