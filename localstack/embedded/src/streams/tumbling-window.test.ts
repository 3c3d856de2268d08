import { beforeEach, expect, test } from 'vitest';
import { TumblingWindow } from './tumbling-window.ts';

let now: number;
let window: TumblingWindow;

beforeEach(() => {
  now = Date.UTC(2026, 0, 1, 12, 0, 7);
  window = new TumblingWindow({ seconds: 30, shardId: 'shard-1', streamArn: 'arn:stream', clock: () => now });
});

const answer = (payload: unknown, functionError?: string) =>
  ({ payload: JSON.stringify(payload), functionError, logTail: '' }) as never;

test('an event names its shard, its window and what the function has answered last', () => {
  const first = JSON.parse(window.event([{ sequenceNumber: '1', json: '{"n":1}', writtenAt: 0 }]));
  expect(first).toEqual({
    Records: [{ n: 1 }],
    window: { start: '2026-01-01T12:00:00Z', end: '2026-01-01T12:00:30Z' },
    state: {},
    shardId: 'shard-1',
    eventSourceARN: 'arn:stream',
    isFinalInvokeForWindow: false,
    isWindowTerminatedEarly: false,
  });
  expect(window.take(answer({ batchItemFailures: [], state: { sum: 1 } }))).toBeUndefined();
  expect(JSON.parse(window.event([])).state).toEqual({ sum: 1 });
});

test('a window is over at its end, has a last call, and the next one begins with nothing', () => {
  window.event([]);
  window.take(answer({ state: { sum: 1 } }));
  now += 22_999;
  expect(window.isOver).toBe(false);
  now += 1;
  expect(window.isOver).toBe(true);
  expect(JSON.parse(window.lastEvent())).toMatchObject({
    Records: [],
    state: { sum: 1 },
    isFinalInvokeForWindow: true,
    window: { end: '2026-01-01T12:00:30Z' },
  });
  window.close();
  expect(window.isOver).toBe(false);
  expect(JSON.parse(window.event([]))).toMatchObject({
    state: {},
    window: { start: '2026-01-01T12:00:30Z', end: '2026-01-01T12:01:00Z' },
  });
});

test('an answer without a state is none', () => {
  window.event([]);
  expect(window.take(answer({ batchItemFailures: [] }))).toMatch('no state');
  expect(window.take(answer(null))).toMatch('no state');
  expect(window.take(answer('boom', 'Unhandled'))).toBe('"boom"');
});
