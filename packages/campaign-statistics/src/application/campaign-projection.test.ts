import type { BatchReport } from '@notify/stream-projection';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PartChanges } from '../domain/batch-changes.ts';
import { aBatch, aChange, anImage } from '../testing/command-records.ts';
import { createCampaignProjection, shardOf } from './campaign-projection.ts';
import type { CountOutcome } from './part-store.ts';

const NOW = Date.UTC(2026, 10, 25);
const invocation = { remainingTimeMs: () => 60_000 };
const ofCampaign = (sequence: number, marketing_id: string) =>
  aChange(sequence, undefined, anImage({ marketing_id }));

let asked: (readonly PartChanges[])[];
let folded: unknown[];
let reports: BatchReport[];
let outcomes: CountOutcome[];
let left: unknown[];

beforeEach(() => {
  asked = [];
  folded = [];
  reports = [];
  outcomes = [];
  left = [];
});

const project = createCampaignProjection({
  parts: {
    count: async (parts) => {
      asked.push(parts);
      return { outcomes, retried: 3 };
    },
    fold: async (ids, now) => void folded.push([ids, now]),
  },
  positionsOf: (shard) => ({
    leave: async ({ lastSequenceNumber }, rows) => void left.push([shard, lastSequenceNumber, rows]),
  }),
  metrics: { record: (report) => reports.push(report) },
  clock: () => NOW,
});

describe('the shard of a batch', () => {
  it('is what the event names, or else the stream', () => {
    const record = ofCampaign(1, 'spring');
    expect(shardOf(aBatch('shard-1', record))).toBe('shard-1');
    expect(shardOf(aBatch(undefined, record))).toBe(record.eventSourceARN);
    expect(shardOf(aBatch(undefined))).toBe('unknown');
  });
});

describe('a batch', () => {
  it('is done when all is counted; new parts have their campaign folded once', async () => {
    outcomes = [
      { status: 'counted', changes: 1, isNew: true },
      { status: 'known' },
      { status: 'counted', changes: 1, isNew: false },
    ];
    const batch = aBatch(
      'shard-1',
      ofCampaign(1, 'spring'),
      ofCampaign(2, 'summer'),
      ofCampaign(3, 'autumn'),
      aChange(4, undefined, anImage({ marketing_id: undefined })),
    );
    expect(await project(batch, invocation)).toEqual({ batchItemFailures: [] });
    expect(asked[0]?.map(({ key }) => key)).toMatchObject([
      { marketingId: 'spring', shard: 'shard-1' },
      { marketingId: 'summer' },
      { marketingId: 'autumn' },
    ]);
    expect(folded).toEqual([[['spring'], NOW]]);
    expect(reports[0]).toMatchObject({
      records: 4,
      projected: 2,
      stale: 2,
      failed: 0,
      retried: 3,
      causes: {},
    });
  });

  it('comes again from the first record that is not counted, and nothing is folded', async () => {
    outcomes = [
      { status: 'counted', changes: 2, isNew: true },
      { status: 'failed', cause: 'Throttled' },
    ];
    const batch = aBatch(
      'shard-1',
      ofCampaign(1, 'spring'),
      ofCampaign(3, 'summer'),
      ofCampaign(2, 'summer'),
      ofCampaign(4, 'spring'),
    );
    expect(await project(batch, invocation)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(reports[0]).toMatchObject({ projected: 2, stale: 0, failed: 2, causes: { Throttled: 2 } });
    expect(folded).toEqual([]);
  });

  it('counts a record that is of two campaigns as failed when one of them is', async () => {
    outcomes = [{ status: 'counted', changes: 1, isNew: false }];
    const moved = aChange(1, anImage(), anImage({ marketing_id: 'summer' }));
    expect(await project(aBatch('shard-1', moved), invocation)).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }],
    });
    expect(reports[0]).toMatchObject({
      records: 1,
      projected: 0,
      stale: 0,
      failed: 1,
      causes: { NO_OUTCOME: 1 },
    });
  });

  it('tells which of its records were counted before', async () => {
    outcomes = [{ status: 'counted', changes: 1, isNew: false }];
    await project(aBatch('shard-1', ofCampaign(1, 'spring'), ofCampaign(2, 'spring')), invocation);
    expect(reports[0]).toMatchObject({ projected: 1, stale: 1 });
  });

  it('without records is the end of a window, and nothing to count', async () => {
    expect(await project(aBatch('shard-1'), invocation)).toEqual({ batchItemFailures: [] });
    expect(folded).toEqual([]);
  });

  it('leaves its place behind when nothing of it has to come again', async () => {
    const [first, second] = [ofCampaign(1, 'spring'), ofCampaign(2, 'summer')];
    outcomes = [{ status: 'known' }, { status: 'failed', cause: 'InternalServerError' }];
    await project(aBatch('shard-1', first, second), invocation);
    expect(left).toEqual([]);
    outcomes = [{ status: 'known' }, { status: 'known' }];
    await project(aBatch('shard-1', first, second), invocation);
    expect(left).toEqual([['shard-1', second.dynamodb?.SequenceNumber, []]]);
  });
});
