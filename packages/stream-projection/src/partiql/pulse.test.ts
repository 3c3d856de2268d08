import { describe, expect, it } from 'vitest';
import { toPulses } from './pulse.ts';
import type { Position } from './read-positions.ts';

const NOW = 1_700_000_100_000;

const aPosition = (fields: Partial<Position> = {}): Position => ({
  shard: 'a',
  sequenceNumber: '1',
  recordAt: NOW - 1_000,
  leftAt: NOW - 500,
  lagMs: 200,
  records: 50,
  windowMs: 10_000,
  latest: [],
  ...fields,
});

const pulseOf = (positions: readonly Position[], others: readonly Position[] = []) =>
  toPulses(
    [
      { projection: 'rows', positions },
      { projection: 'campaigns', positions: others },
    ],
    NOW,
  )[0];

describe('the pulse of a projection', () => {
  it('is unknown as long as it has left no place', () => {
    expect(pulseOf([])).toEqual({
      projection: 'rows',
      lagMs: undefined,
      recordsPerSecond: undefined,
      lastRecordAt: undefined,
      leftAt: undefined,
    });
  });

  it('is that of all its places together', () => {
    const places = [aPosition(), aPosition({ recordAt: NOW - 3_000, leftAt: NOW - 2_000, lagMs: 900 })];
    expect(pulseOf(places)).toEqual({
      projection: 'rows',
      lagMs: 900,
      recordsPerSecond: 10,
      lastRecordAt: NOW - 1_000,
      leftAt: NOW - 500,
    });
  });

  it('forgets what was before', () => {
    const earlier = aPosition({ leftAt: NOW - 120_000, lagMs: 90_000, records: 9_000 });
    expect(pulseOf([aPosition(), earlier])).toMatchObject({ lagMs: 200, recordsPerSecond: 5 });
  });

  it('has no rate when there was nothing to do', () => {
    expect(pulseOf([aPosition({ leftAt: NOW - 61_000 })])).toMatchObject({ recordsPerSecond: 0 });
    expect(pulseOf([aPosition({ windowMs: undefined })])).toMatchObject({ recordsPerSecond: 0 });
  });

  it('is behind when another one has come further', () => {
    const behind = aPosition({ recordAt: NOW - 60_000, leftAt: NOW - 59_000 });
    expect(pulseOf([behind], [aPosition()])).toMatchObject({ lagMs: 59_000 });
    // A place of a few seconds ago is none.
    expect(pulseOf([aPosition({ recordAt: NOW - 6_000 })], [aPosition()])).toMatchObject({ lagMs: 200 });
  });
});
