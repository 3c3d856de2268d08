import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BatchReport } from '../batch-report.ts';
import { Faults } from '../testing/faults.ts';
import { PositionLog, type PositionLogOptions, positionsByShard, type RowKey } from './position-log.ts';
import { readPositions } from './read-positions.ts';

const NOW = Date.UTC(2100);
const LATEST = 50;
const invocation = { remainingTimeMs: () => 60_000 };

let dynamodb: DynamoDBClient;
let faults: Faults;
let table: string;
let now: number;

beforeEach(async () => {
  dynamodb = testClient({ maxAttempts: 1 });
  table = await createTestTable('projection-positions');
  faults = new Faults(dynamodb, 'quarantine');
  now = NOW;
});

const log = (options: Partial<PositionLogOptions> = {}) =>
  new PositionLog(dynamodb, { table, projection: 'rows', shard: 'place-1', clock: () => now, ...options });
const report = (fields: Partial<BatchReport> = {}) =>
  ({
    records: 10,
    lastSequenceNumber: '10',
    lastWrittenAt: NOW - 2_000,
    lagMs: 3_000,
    ...fields,
  }) as BatchReport;
const key = (id: string, time: number): RowKey => [{ S: id }, { N: String(time) }];
const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => key('t', from + i));
const positions = () => readPositions(dynamodb, table, 'rows');

describe('the place of a projection', () => {
  it('says where it is, how late it was, and how much it has done since', async () => {
    const rows = log();
    await rows.leave(report(), [key('t', 1)], invocation);
    const first = {
      shard: 'place-1',
      sequenceNumber: '10',
      recordAt: NOW - 2_000,
      leftAt: NOW,
      lagMs: 3_000,
      records: 10,
      windowMs: undefined,
      latest: [],
    };
    expect(await positions()).toEqual([first]);
    now += 7_000;
    const silent = report({
      records: 5,
      lastSequenceNumber: '15',
      lastWrittenAt: undefined,
      lagMs: undefined,
    });
    await rows.leave(silent, [], invocation);
    expect(await positions()).toEqual([
      // What a batch does not say is as it was.
      { ...first, sequenceNumber: '15', leftAt: NOW + 7_000, records: 5, windowMs: 7_000 },
    ]);
  });

  it('is left behind a small batch at once, and behind full ones every five seconds', async () => {
    const rows = log();
    const leave = async (records: number, sequence: string) => {
      await rows.leave(report({ records, lastSequenceNumber: sequence }), [], invocation);
      return (await positions())[0]?.sequenceNumber;
    };
    expect(await leave(500, '1')).toBe('1');
    now += 4_999;
    expect(await leave(500, '2')).toBe('1');
    expect(await leave(499, '3')).toBe('3');
    now += 5_000;
    expect(await leave(500, '4')).toBe('4');
    expect((await positions())[0]).toMatchObject({ records: 500, windowMs: 5_000 });
  });

  it('is not left by a batch without records', async () => {
    await log().leave(report({ records: 0, lastSequenceNumber: undefined }), [], invocation);
    expect(await positions()).toEqual([]);
  });

  it('is no reason to fail when the table is in trouble, and is left the next time', async () => {
    const rows = log({ latest: LATEST });
    faults.set({ kind: 'unreachable', table: 'rows' });
    await rows.leave(report(), [key('t', 1)], invocation);
    faults.set();
    expect(await positions()).toEqual([]);
    await rows.leave(report(), [key('t', 2)], invocation);
    expect(await positions()).toMatchObject([{ records: 20, latest: [key('t', 2), key('t', 1)] }]);
  });
});

describe('the newest rows', () => {
  it('are kept by the last attribute of their keys, each once', async () => {
    const rows = log({ latest: LATEST });
    await rows.leave(report(), [...keys(0, 60), key('u', 59), key('t', 59)], invocation);
    const [{ latest } = { latest: [] }] = await positions();
    expect(latest).toHaveLength(LATEST);
    expect(latest.slice(0, 2)).toEqual([key('t', 59), key('u', 59)]);
    expect(latest.at(-1)).toEqual(key('t', 11));
    await rows.leave(report(), [key('t', 5), key('v', 100)], invocation);
    const [second] = await positions();
    expect(second?.latest).toHaveLength(LATEST);
    expect(second?.latest[0]).toEqual(key('v', 100));
    expect(second?.latest.at(-1)).toEqual(key('t', 12));
  });

  it('of instances that share a place are kept together', async () => {
    const [one, two] = [log({ latest: LATEST }), log({ latest: LATEST })];
    await one.leave(report(), [key('a', 1)], invocation);
    await two.leave(report(), [key('b', 2)], invocation);
    await one.leave(report(), [key('c', 3)], invocation);
    expect((await positions())[0]?.latest).toEqual([key('c', 3), key('b', 2), key('a', 1)]);
  });
});

it('each shard has a place of its own', async () => {
  const at = positionsByShard(dynamodb, { table, projection: 'rows', clock: () => now });
  await at('s1').leave(report({ records: 600 }), [], invocation);
  await at('s2').leave(report(), [], invocation);
  await at('s1').leave(report({ records: 600, lastSequenceNumber: '20' }), [], invocation);
  expect(await positions()).toMatchObject([
    { shard: 's1', sequenceNumber: '10' },
    { shard: 's2', sequenceNumber: '10' },
  ]);
});
