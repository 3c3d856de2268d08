import { AppError } from '@notify/shared-domain';
import type { DynamoDBRecord } from 'aws-lambda';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchReport } from './batch-report.ts';
import type { QuarantineEntry } from './quarantine.ts';
import { createStreamProjection, type StreamProjectionOptions } from './stream-projection.ts';
import { accounts } from './testing/accounts.ts';
import { aStreamEvent, aStreamRecord } from './testing/stream-events.ts';

const inTime = { remainingTimeMs: () => 60_000 };

const stores = (stored: QuarantineEntry[] = []): StreamProjectionOptions => ({
  rows: {
    write: async (_, changes) => ({ outcomes: changes.map(() => ({ status: 'written' })), retried: 0 }),
  },
  quarantine: {
    put: async (entries) => {
      stored.push(...entries);
      return { outcomes: entries.map(() => ({ status: 'stored' })), retried: 0 };
    },
  },
});

it('puts a record on which the projection itself fails into quarantine', async () => {
  const stored: QuarantineEntry[] = [];
  const project = createStreamProjection(
    {
      ...accounts,
      project: () => {
        throw new TypeError('a bug');
      },
    },
    stores(stored),
  );
  expect(await project(aStreamEvent(aStreamRecord()), inTime)).toEqual({ batchItemFailures: [] });
  expect(stored).toMatchObject([
    {
      error: {
        code: 'INTERNAL.ERROR',
        detail: 'The projection failed: TypeError: a bug',
        cause: new TypeError('a bug'),
      },
    },
  ]);
});

it('takes a store that gives no outcome for one that failed', async () => {
  const silent = { outcomes: [], retried: 0 };
  const reports: BatchReport[] = [];
  const project = createStreamProjection(accounts, {
    rows: { write: async () => silent },
    quarantine: { put: async () => silent },
    metrics: { record: (report) => reports.push(report) },
  });
  const event = aStreamEvent(
    aStreamRecord({ sequenceNumber: 4, image: {} }),
    aStreamRecord({ sequenceNumber: 5 }),
  );
  expect(await project(event, inTime)).toEqual({ batchItemFailures: [{ itemIdentifier: '4' }] });
  expect(reports).toMatchObject([{ failed: 2, causes: { NO_OUTCOME: 2 } }]);
  const stored: QuarantineEntry[] = [];
  const rowless = createStreamProjection(accounts, {
    ...stores(stored),
    rows: { write: async () => silent },
  });
  expect(await rowless(event, inTime)).toEqual({ batchItemFailures: [{ itemIdentifier: '5' }] });
  expect(stored).toHaveLength(1);
});

it('asks nothing of a store that it has nothing for', async () => {
  const unasked = () => Promise.reject(new Error('asked'));
  const malformed = aStreamRecord({ image: {} });
  const writing = createStreamProjection(accounts, { ...stores(), quarantine: { put: unasked } });
  const quarantining = createStreamProjection(accounts, { ...stores(), rows: { write: unasked } });
  expect(await writing(aStreamEvent(aStreamRecord()), inTime)).toEqual({ batchItemFailures: [] });
  expect(await quarantining(aStreamEvent(malformed), inTime)).toEqual({ batchItemFailures: [] });
});

it('fails as a whole when a store throws', async () => {
  const project = createStreamProjection(accounts, {
    ...stores(),
    rows: { write: () => Promise.reject(new Error('a bug')) },
  });
  await expect(project(aStreamEvent(aStreamRecord()), inTime)).rejects.toThrow('a bug');
});

it('logs one line for each batch, as loud as it matters', async () => {
  const lines: [level: string, message: string, records: number][] = [];
  const line = (level: string) => (message: string, report: BatchReport) =>
    lines.push([level, message, report.records]);
  const log = { info: line('info'), warn: line('warn'), error: line('error') };
  const project = createStreamProjection(accounts, { ...stores(), log });
  const malformed = aStreamRecord({ sequenceNumber: 2, image: {} });
  await project(aStreamEvent(aStreamRecord()), inTime);
  await project(aStreamEvent(aStreamRecord(), malformed), inTime);
  const failing = { put: async () => ({ outcomes: [], retried: 0 }) };
  await createStreamProjection(accounts, { ...stores(), log, quarantine: failing })(
    aStreamEvent(malformed),
    inTime,
  );
  expect(lines).toEqual([
    ['info', 'Batch projected', 1],
    ['warn', 'Batch projected, with records in quarantine', 2],
    ['error', 'Batch projected in part', 1],
  ]);
});

describe('the lag', () => {
  const now = 1_700_000_000_000;
  const lagOf = async (...writtenAt: number[]) => {
    const lags: (number | undefined)[] = [];
    const metrics = { record: ({ lagMs }: BatchReport) => lags.push(lagMs) };
    const project = createStreamProjection(accounts, { ...stores(), metrics, clock: () => now });
    const records = writtenAt.map((at, number) =>
      aStreamRecord({ keys: { account: 'a', number }, writtenAt: now - at }),
    );
    const { ApproximateCreationDateTime: _, ...timeless } = aStreamRecord().dynamodb ?? {};
    await project(aStreamEvent(...records, { ...aStreamRecord(), dynamodb: timeless }, {}), inTime);
    return lags;
  };

  it('is the age of the oldest record that tells its time', async () => {
    expect(await lagOf(2_000, 5_000, 1_000)).toEqual([5_000]);
  });

  it('is nothing for records of a clock that is ahead, and unknown without a time', async () => {
    expect(await lagOf(-3_000)).toEqual([0]);
    expect(await lagOf()).toEqual([undefined]);
  });
});

describe('images of one item in one batch', () => {
  /** Tries the images one after the other, refuses those in `refused`, and remembers what it was asked to write. */
  const trying = (refused: ReadonlySet<number>) => {
    const tried: { version: number; created: boolean }[] = [];
    const quarantined: number[] = [];
    const reports: BatchReport[] = [];
    const project = createStreamProjection(accounts, {
      rows: {
        write: async (_, changes) => {
          const outcomes = changes.map(({ version, created }) => {
            tried.push({ version: Number(version), created });
            return refused.has(Number(version))
              ? { status: 'refused' as const, error: new AppError('RECORD.INVALID') }
              : { status: 'written' as const };
          });
          return { outcomes, retried: 0 };
        },
      },
      quarantine: {
        put: async (entries) => {
          quarantined.push(...entries.map(({ version }) => Number(version)));
          return { outcomes: entries.map(() => ({ status: 'stored' })), retried: 0 };
        },
      },
      metrics: { record: (report) => reports.push(report) },
    });
    return { tried, quarantined, reports, project };
  };

  it('are tried from the newest on until one can be stored, each once, in whatever order and number they come', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 6 })),
        async (numbers, refusals) => {
          const refused = new Set(refusals);
          const { tried, quarantined, reports, project } = trying(refused);
          const records = numbers.map((sequenceNumber) =>
            aStreamRecord({ sequenceNumber, eventName: sequenceNumber === 1 ? 'INSERT' : 'MODIFY' }),
          );
          await project(aStreamEvent(...records), inTime);

          const newestFirst = [...new Set(numbers)].sort((a, b) => b - a);
          const stored = newestFirst.findIndex((number) => !refused.has(number));
          const expected = stored < 0 ? newestFirst : newestFirst.slice(0, stored + 1);
          expect(tried.map(({ version }) => version)).toEqual(expected);
          expect(new Set(tried.map(({ created }) => created))).toEqual(new Set([numbers.includes(1)]));
          expect(quarantined).toEqual(expected.filter((number) => refused.has(number)));
          expect(reports).toMatchObject([
            {
              records: numbers.length,
              projected: stored < 0 ? 0 : 1,
              tombstoned: 0,
              quarantined: quarantined.length,
              superseded: numbers.length - expected.length,
            },
          ]);
        },
      ),
      { seed: 4, numRuns: 300 },
    ));
});

describe('what has to come again', () => {
  const failing = (...failed: number[]): StreamProjectionOptions => ({
    ...stores(),
    rows: {
      write: async (_, changes) => ({
        outcomes: changes.map(({ version }) =>
          failed.includes(Number(version))
            ? { status: 'failed', cause: 'ThrottlingError' }
            : { status: 'written' },
        ),
        retried: 3,
      }),
    },
  });
  const record = (sequenceNumber: number, number: number): DynamoDBRecord =>
    aStreamRecord({ sequenceNumber, keys: { account: 'a', number } });

  it.each([
    [[99, 100], '99'],
    [[100, 99], '99'],
    [[100], '100'],
  ])('begins with the lowest of %j, as a number', async (failed, itemIdentifier) => {
    const project = createStreamProjection(accounts, failing(...failed));
    const event = aStreamEvent(record(98, 1), record(100, 2), record(99, 3), record(101, 4));
    expect(await project(event, inTime)).toEqual({ batchItemFailures: [{ itemIdentifier }] });
  });

  it('begins with the oldest image of an item whose newest one failed', async () => {
    const event = aStreamEvent(record(5, 1), record(7, 1), record(3, 1));
    expect(await createStreamProjection(accounts, failing(7))(event, inTime)).toEqual({
      batchItemFailures: [{ itemIdentifier: '3' }],
    });
  });

  it('is the whole batch when a record without a place in the stream is among it', async () => {
    const project = createStreamProjection(accounts, {
      ...failing(5),
      quarantine: {
        put: async () => ({ outcomes: [{ status: 'failed', cause: 'TimeoutError' }], retried: 1 }),
      },
    });
    const placeless = { ...record(1, 1), dynamodb: { ...record(1, 1).dynamodb, SequenceNumber: 'x' } };
    for (const records of [
      [record(5, 2), placeless],
      [placeless, record(5, 2)],
      [record(5, 2), {}],
    ]) {
      const answer = await project(aStreamEvent(...records), inTime);
      expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '' }] });
    }
  });

  it('is reported with its causes and with how much was sent again', async () => {
    const reports: BatchReport[] = [];
    const metrics = { record: (report: BatchReport) => reports.push(report) };
    const project = createStreamProjection(accounts, {
      ...failing(5, 6),
      quarantine: { put: async () => ({ outcomes: [{ status: 'stored' }], retried: 2 }) },
      metrics,
    });
    const malformed = aStreamRecord({ sequenceNumber: 4, image: {} });
    await project(aStreamEvent(record(5, 1), record(6, 2), malformed, record(7, 3)), inTime);
    expect(reports).toMatchObject([
      {
        failed: 2,
        projected: 1,
        quarantined: 1,
        retried: 5,
        causes: { ThrottlingError: 2, 'RECORD.INVALID': 1 },
        failedSequenceNumber: '5',
        firstSequenceNumber: '5',
        lastSequenceNumber: '7',
      },
    ]);
  });
});
