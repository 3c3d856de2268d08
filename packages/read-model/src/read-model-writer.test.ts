import type { RowChange, RowWriter, WriteOutcome } from '@notify/stream-projection';
import { beforeEach, expect, it } from 'vitest';
import type { Placement } from './placement.ts';
import { ReadModelWriter } from './read-model-writer.ts';

const SHAPE = { key: [{ name: 'id', type: 'S' as const }], columns: [] };
const SWITCH_AT = 100_000;
const WRITTEN: WriteOutcome = { status: 'written' };
const FAILED: WriteOutcome = { status: 'failed', cause: 'Throttled' };

const change = (id: string): RowChange => ({ key: [{ S: id }], version: '1', columns: {}, created: true });
const changes = [change('a'), change('b')];

let now: number;
let writes: string[];
let slept: number[];
let placement: Placement | Error;
let answers: Record<string, WriteOutcome[]>;

beforeEach(() => {
  now = 0;
  writes = [];
  slept = [];
  placement = { active: 'blue' };
  answers = {};
});

const fakeWriter = (table: string): RowWriter => ({
  write: async (_, batch, invocation) => {
    writes.push(`${table}:${batch.map(({ key }) => key[0]?.S).join('')}:${invocation.remainingTimeMs()}`);
    return { outcomes: batch.map((_, i) => answers[table]?.[i] ?? WRITTEN), retried: 1 };
  },
});

const write = (remainingTimeMs = 60_000) => {
  const writer = new ReadModelWriter(
    {
      placement: async () => {
        if (placement instanceof Error) throw placement;
        return placement;
      },
    },
    fakeWriter,
    {
      clock: () => now,
      sleep: async (ms) => {
        slept.push(ms);
        now += ms;
      },
    },
  );
  return writer.write(SHAPE, changes, { remainingTimeMs: () => remainingTimeMs });
};

it('writes one table when there is one', async () => {
  expect(await write()).toEqual({ outcomes: [WRITTEN, WRITTEN], retried: 1 });
  expect(writes).toEqual(['blue:ab:60000']);
});

it('writes both tables when there are two, and a record comes again for either', async () => {
  placement = { active: 'blue', standby: 'green' };
  answers = { green: [FAILED, { status: 'stale' }], blue: [WRITTEN, { status: 'stale' }] };
  expect(await write()).toEqual({ outcomes: [FAILED, { status: 'stale' }], retried: 2 });
  expect(writes).toEqual(['green:ab:60000', 'blue:ab:60000']);
});

it('with a switch ahead shows nothing that the next table does not have, and ends before it', async () => {
  placement = { active: 'blue', standby: 'green', switchAt: SWITCH_AT };
  now = SWITCH_AT - 2_001;
  answers = { green: [FAILED, WRITTEN] };
  expect((await write()).outcomes).toEqual([FAILED, WRITTEN]);
  expect(writes).toEqual(['green:ab:2001', 'blue:b:2001']);
});

it.each([-2_000, -1, 0, 999])('holds its writes %i ms from the switch', async (offset) => {
  placement = { active: 'blue', standby: 'green', switchAt: SWITCH_AT };
  now = SWITCH_AT + offset;
  expect((await write()).outcomes).toEqual([WRITTEN, WRITTEN]);
  expect(slept).toEqual([1_000 - offset]);
  expect(writes).toEqual(['blue:ab:60000', 'green:ab:60000']);
});

it('gives the batch back when the invocation would end in the hold', async () => {
  placement = { active: 'blue', standby: 'green', switchAt: SWITCH_AT };
  now = SWITCH_AT;
  expect((await write(1_500)).outcomes[0]).toEqual({ status: 'failed', cause: 'SWITCHING_TABLES' });
  expect(writes).toEqual([]);
});

it('writes nowhere when it does not know where', async () => {
  placement = Object.assign(new Error('no'), { name: 'ResourceNotFoundException' });
  expect((await write()).outcomes[1]).toEqual({ status: 'failed', cause: 'ResourceNotFoundException' });
  expect(writes).toEqual([]);
});
