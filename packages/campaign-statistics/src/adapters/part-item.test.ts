import { describe, expect, it } from 'vitest';
import type { Part } from '../domain/part.ts';
import { isBase, PART_COLUMNS, partName, type StoredItem, toKey, toPart, toValues } from './part-item.ts';

const key = { marketingId: 'spring', month: '2026-11', shard: 's#1' };
const part: Part = {
  tally: new Map([['s IOS SENT', 2]]),
  firstCreatedAt: 1,
  lastCreatedAt: 5,
  sequence: '7',
  updatedAt: 9,
};
const itemOf = (of: Part): StoredItem =>
  ({
    ...toKey(key),
    ...Object.fromEntries(toValues(of).map((value, i) => [PART_COLUMNS[i], value])),
  }) as StoredItem;

describe('a part as an item', () => {
  it('is written under its name, value by value', () => {
    expect(partName(key)).toBe('part#2026-11#s#1');
    expect(itemOf(part)).toEqual({
      marketing_id: { S: 'spring' },
      part: { S: 'part#2026-11#s#1' },
      sequence: { S: '7' },
      tally: { M: { 's IOS SENT': { N: '2' } } },
      first_created_at: { N: '1' },
      last_created_at: { N: '5' },
      updated_at: { N: '9' },
    });
  });

  it('comes back as it went', () => {
    expect(toPart(itemOf(part))).toEqual({ key, part });
  });

  it('can have no times yet', () => {
    const empty = { ...part, firstCreatedAt: undefined, lastCreatedAt: undefined };
    expect(itemOf(empty)).toMatchObject({
      first_created_at: { NULL: true },
      last_created_at: { NULL: true },
    });
    expect(toPart(itemOf(empty)).part).toEqual(empty);
    const { first_created_at: _, last_created_at: __, updated_at: ___, ...bare } = itemOf(part);
    expect(toPart(bare).part).toEqual({ ...empty, updatedAt: 0 });
  });

  it.each([
    ['without a campaign', { marketing_id: undefined }],
    ['without a name', { part: undefined }],
    ['without a fence', { sequence: undefined }],
    ['without counts', { tally: undefined }],
    ['with a fence that is no text', { sequence: { N: '7' } }],
    ['of another kind', { part: { S: 'campaign' } }],
    ['whose name only ends as one', { part: { S: 'x part#2026-11#s1' } }],
    ['without a shard', { part: { S: 'part#2026-11#' } }],
    ['without a month', { part: { S: 'part##s1' } }],
  ])('%s is damaged', (_, fields) => {
    const item = { ...itemOf(part), ...fields } as unknown as StoredItem;
    expect(() => toPart(item)).toThrow(expect.objectContaining({ code: 'INTERNAL.ERROR' }));
  });

  it('of a shard with a line break in its name is whole', () => {
    expect(toPart({ ...itemOf(part), part: { S: 'part#2026-11#a\nb' } }).key.shard).toBe('a\nb');
  });

  it('is a base by its shard', () => {
    expect([isBase(key), isBase({ ...key, shard: 'base' })]).toEqual([false, true]);
  });
});
