import { expect, test } from 'vitest';
import { batchOutcome } from './batch-outcome.ts';

const batch = ['101', '102', '103'];
const outcome = (response: unknown) =>
  batchOutcome({ payload: JSON.stringify(response), logTail: '' }, batch);
const failed = (...itemIdentifiers: unknown[]) => ({
  batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

test.each([[null], [{}], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
  '%j: all are done',
  (response) => {
    expect(outcome(response)).toEqual({ done: 3, located: true });
  },
);

test('everything before the lowest failure is done', () => {
  expect(outcome(failed('103', '102'))).toMatchObject({
    done: 1,
    located: true,
    failure: expect.any(String),
  });
  expect(outcome(failed('101'))).toMatchObject({ done: 0, located: true });
});

test.each([
  [failed('999')],
  [failed('103', '999')],
  [failed('')],
  [failed(null)],
  [{ batchItemFailures: [{ id: '102' }] }],
  [{ batchItemFailures: 'none' }],
  ['done'],
])('%j: the whole batch failed, nobody knows where', (response) => {
  expect(outcome(response)).toMatchObject({ done: 0, located: false, failure: expect.any(String) });
});

test('an error fails the whole batch', () => {
  const result = { payload: '{"errorType":"Error"}', functionError: 'Unhandled' as const, logTail: '' };
  expect(batchOutcome(result, batch)).toEqual({ done: 0, located: false, failure: '{"errorType":"Error"}' });
});
