import { expect, it } from 'vitest';
import { parsePlacement, tablesAt } from './placement.ts';

it('is one table until there is a second one', () => {
  expect(tablesAt(parsePlacement({ active: { S: 'blue' } }), 1)).toEqual({ active: 'blue' });
});

it('lets the tables change roles at the time of the switch, for whoever asks', () => {
  const placement = parsePlacement({
    active: { S: 'blue' },
    standby: { S: 'green' },
    switch_at: { N: '1000' },
  });
  expect(tablesAt(placement, 999)).toEqual({ active: 'blue', standby: 'green' });
  expect(tablesAt(placement, 1_000)).toEqual({ active: 'green', standby: 'blue' });
});

it.each([
  {},
  { active: { S: '' } },
  { active: { S: 'blue' }, switch_at: { N: '1' } },
  { active: { S: 'blue' }, standby: { S: 'green' }, switch_at: { S: 'soon' } },
])('guesses nothing from %j', (item) => {
  expect(() => parsePlacement(item as never)).toThrow('CONFIG.INVALID');
});
