import { expect, it } from 'vitest';
import { plainValue, toAttributeValue, toItem } from './item.ts';

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
