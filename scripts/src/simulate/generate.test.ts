import { plainValue } from '@notify/dynamodb';
import { parseCommandRecord } from '@notify/shared-domain';
import { expect, it } from 'vitest';
import { generateCommand } from './generate.ts';

const plan = { seed: 1, campaign: 'c', users: 10, failureShare: 0.25, malformedShare: 0.1 };
const batch = (fields: object = {}, count = 1_000) =>
  Array.from({ length: count }, (_, index) => generateCommand({ ...plan, ...fields }, index, 1_000));

it('meets every share exactly', () => {
  const commands = batch();
  expect(commands.filter(({ isMalformed }) => isMalformed)).toHaveLength(100);
  const wellFormed = commands.filter(({ isMalformed }) => !isMalformed);
  expect(wellFormed.filter(({ item }) => item['status']?.S === 'FAILED')).toHaveLength(225);
});

it('makes malformed what the domain refuses, and nothing else', () => {
  for (const { item, isMalformed } of batch()) {
    const plain = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
    if (isMalformed) expect(() => parseCommandRecord(plain)).toThrow('RECORD.INVALID');
    else expect(parseCommandRecord(plain)).toMatchObject({ marketing_id: 'c' });
  }
});

it('is the same for the same seed and another for another', () => {
  expect(batch({}, 50)).toEqual(batch({}, 50));
  expect(batch({}, 50)).not.toEqual(batch({ seed: 2 }, 50));
});
