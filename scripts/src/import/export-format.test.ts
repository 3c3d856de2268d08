import { describe, expect, it } from 'vitest';
import { toExportedItem } from './export-format.ts';

const item = { transaction_id: { S: 'tx' }, created_at: { N: '1700000000000' } };

describe('a record of an export', () => {
  it.each([
    ['of an S3 export', { Item: item }],
    ['in DynamoDB JSON', item],
    ['in plain JSON', { transaction_id: 'tx', created_at: 1_700_000_000_000 }],
  ])('%s is an item', (_, value) => {
    expect(toExportedItem(value)).toEqual(item);
  });

  it('may hold every type of DynamoDB', () => {
    const rich = {
      ...item,
      list: { L: [{ S: 'a' }, { NULL: true }] },
      map: { M: { inner: { BOOL: false }, ['__proto__']: { S: 'x' } } },
      texts: { SS: ['a', 'b'] },
      bytes: { B: 'aGk=' },
    };
    expect(toExportedItem(rich)).toEqual({ ...rich, bytes: { B: Buffer.from('hi') } });
  });

  it('is plain when what looks like types is none', () => {
    expect(toExportedItem({ ...item, note: 'as text' })).toMatchObject({
      transaction_id: { M: { S: { S: 'tx' } } },
      note: { S: 'as text' },
    });
    expect(toExportedItem({ S: 'x' })).toEqual({ S: { S: 'x' } });
  });

  it.each([[null], ['text'], [7], [[item]], [{ transaction_id: 'tx', created_at: 2 ** 60 }]])(
    'is not %j',
    (value) => {
      expect(toExportedItem(value)).toBeUndefined();
    },
  );
});
