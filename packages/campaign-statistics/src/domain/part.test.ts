import { expect, it } from 'vitest';
import { advance, type Change, EMPTY_PART } from './part.ts';

const change = (version: string, sign: 1 | -1 = 1, createdAt = 100, writtenAt = 1_000): Change => ({
  version,
  sign,
  writtenAt,
  contribution: {
    marketingId: 'spring',
    status: 'SENT',
    platform: 'IOS',
    reason: undefined,
    hour: { month: '1970-01', name: '01T00' },
    createdAt,
  },
});

it('counts what is behind the fence, and moves the fence there', () => {
  const part = advance(EMPTY_PART, [change('1', 1, 200, 3_000), change('2', 1, 100, 2_000)]);
  expect(part).toEqual({
    sequence: '2',
    tally: new Map([
      ['s IOS SENT', 2],
      ['h 01T00', 2],
    ]),
    firstCreatedAt: 100,
    lastCreatedAt: 200,
    updatedAt: 3_000,
  });
  const next = advance(part, [change('1'), change('2'), change('3', -1, 50)]);
  expect(next).toMatchObject({ sequence: '3', firstCreatedAt: 50, lastCreatedAt: 200, updatedAt: 3_000 });
  expect(next.tally.get('s IOS SENT')).toBe(1);
  expect(part.tally.get('s IOS SENT')).toBe(2);
});

it('is the same part when everything was counted before', () => {
  const part = advance(EMPTY_PART, [change('2')]);
  expect(advance(part, [change('1'), change('2')])).toBe(part);
  expect(advance(EMPTY_PART, [])).toBe(EMPTY_PART);
});

it('counts both changes of one record', () => {
  expect(advance(EMPTY_PART, [change('1', -1), change('1', 1)]).tally.size).toBe(0);
});
