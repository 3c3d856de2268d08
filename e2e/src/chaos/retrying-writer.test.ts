import { toItem } from '@notify/dynamodb';
import { keyItem, keyText } from '@notify/read-model';
import { expect, it } from 'vitest';
import { lostKeys } from './retrying-writer.ts';

const key = (transaction_id: string) => ({ transaction_id, created_at: '1' });
const item = (id: string, status: string) => ({ ...keyItem(key(id)), ...toItem({ status }) });

it('counts as lost what is not as it was last acknowledged', () => {
  const expected = new Map(
    [
      { key: key('kept'), item: item('kept', 'SENT') },
      { key: key('gone'), item: item('gone', 'SENT') },
      { key: key('older'), item: item('older', 'DELIVERED') },
      { key: key('removed'), item: undefined },
      { key: key('back'), item: undefined },
    ].map((state) => [keyText(state.key), state]),
  );
  const stored = [item('kept', 'SENT'), item('older', 'SENT'), item('back', 'SENT')];
  const items = new Map(
    stored.map((found) => [keyText({ ...key(found['transaction_id']?.S ?? '') }), found]),
  );
  const lost = lostKeys({ acknowledged: 5, refused: 0, expected }, items);
  expect(lost.map(({ transaction_id }) => transaction_id).sort()).toEqual(['back', 'gone', 'older']);
});
