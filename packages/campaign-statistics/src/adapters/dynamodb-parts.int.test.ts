import { type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { Backoff } from '@notify/dynamodb';
import { createTestTable, testClient } from '@notify/dynamodb-local/testing';
import { Faults } from '@notify/stream-projection/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCampaignProjection } from '../application/campaign-projection.ts';
import { aBatch, aChange, anImage, WRITTEN_AT } from '../testing/command-records.ts';
import { CampaignReader } from './campaign-reader.ts';
import { DynamoDBParts } from './dynamodb-parts.ts';

const DAY_MS = 86_400_000;
const invocation = { remainingTimeMs: () => 60_000 };

let dynamodb: DynamoDBClient;
let table: string;
let reader: CampaignReader;
let now: number;

beforeEach(async () => {
  dynamodb = testClient({ maxAttempts: 1 });
  table = await createTestTable('campaign-statistics');
  reader = new CampaignReader(testClient(), table);
  now = WRITTEN_AT;
});

/** A process of its own, with what it remembers. */
const process = (client: DynamoDBClient = dynamodb) => {
  const backoff = new Backoff({ attempts: 2, sleep: async () => {} });
  return createCampaignProjection({ parts: new DynamoDBParts(client, table, { backoff }), clock: () => now });
};

const sent = (sequence: number, item = sequence, writtenAt?: number) =>
  aChange(sequence, undefined, anImage({ transaction_id: `t${item}` }), writtenAt);
const total = async (id = 'spring') => (await reader.statistics(id))?.total;
const items = async () => {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  return Items.map(({ part }) => part?.S).sort();
};
const done = { batchItemFailures: [] };

describe('counting', () => {
  it('counts each record once, whoever brings it, in whatever batches', async () => {
    const [one, two] = [process(), process()];
    expect(await one(aBatch('s1', sent(1), sent(2)), invocation)).toEqual(done);
    expect(await two(aBatch('s1', sent(1), sent(2), sent(3)), invocation)).toEqual(done);
    expect(await one(aBatch('s1', sent(2), sent(3)), invocation)).toEqual(done);
    expect(await one(aBatch('s1', sent(3), sent(4)), invocation)).toEqual(done);
    expect(await total()).toBe(4);
    expect(await items()).toEqual(['campaign', 'part#2026-11#s1']);
  });

  it('counts once what several processes bring at once', async () => {
    const batches = Array.from({ length: 8 }, (_, i) =>
      aBatch('s1', ...Array.from({ length: i + 1 }, (_, sequence) => sent(sequence + 1))),
    );
    const answers = await Promise.all(batches.map((batch) => process()(batch, invocation)));
    expect(answers).toEqual(answers.map(() => done));
    expect(await total()).toBe(8);
  });

  it('reads nothing that it remembers, and writes nothing that is known', async () => {
    const faults = new Faults(dynamodb, 'quarantine');
    const project = process();
    await project(aBatch('s1', sent(1)), invocation);
    faults.set({ kind: 'unreadable', reads: 0 });
    expect(await project(aBatch('s1', sent(2)), invocation)).toEqual(done);
    expect(faults.requests).toBe(1);
    expect(await project(aBatch('s1', sent(1), sent(2)), invocation)).toEqual(done);
    expect(faults.requests).toBe(1);
  });

  it('has a shard that another one goes on for take away what that one counted', async () => {
    const project = process();
    await project(aBatch('s1', sent(1)), invocation);
    await project(aBatch('s2', aChange(2, anImage({ transaction_id: 't1' }), undefined)), invocation);
    expect(await reader.statistics('spring')).toMatchObject({
      total: 0,
      by_status: { SENT: 0 },
      by_hour: [],
    });
  });

  it('stores what a part says', async () => {
    const failed = anImage({ status: 'FAILED', platform: 'WEBPUSH', error_msg: 'gone' });
    await process()(aBatch('s1', aChange(7, undefined, failed)), invocation);
    const { Items } = await dynamodb.send(new ScanCommand({ TableName: table }));
    expect(Items).toContainEqual({
      marketing_id: { S: 'spring' },
      part: { S: 'part#2026-11#s1' },
      sequence: { S: '7'.padStart(40, '0') },
      tally: { M: { 's WEBPUSH FAILED': { N: '1' }, 'h 24T13': { N: '1' }, 'r WEBPUSH gone': { N: '1' } } },
      first_created_at: { N: String(failed.created_at) },
      last_created_at: { N: String(failed.created_at) },
      updated_at: { N: String(WRITTEN_AT) },
    });
    expect(Items).toContainEqual({
      marketing_id: { S: 'spring' },
      part: { S: 'campaign' },
      list: { S: 'campaigns' },
      listed_at: { N: String(failed.created_at) },
    });
  });
});

describe('trouble', () => {
  it.each([
    ['a table that cannot be read', { kind: 'unreadable', reads: 0 }, 'TimeoutError'],
    ['a listing that is not made', { kind: 'unreachable', table: 'rows' }, 'InternalServerError'],
    ['no time left', { kind: 'out-of-time', requests: 0 }, 'OUT_OF_TIME'],
  ] as const)('gives the batch back for %s', async (_, fault, cause) => {
    const faults = new Faults(dynamodb, 'quarantine');
    const causes: unknown[] = [];
    const project = createCampaignProjection({
      parts: new DynamoDBParts(dynamodb, table, {
        backoff: new Backoff({ attempts: 1, sleep: async () => {} }),
      }),
      metrics: { record: (report) => causes.push(report.causes) },
    });
    faults.set(fault);
    const batch = aBatch('s1', sent(5), sent(6));
    expect(await project(batch, faults)).toEqual({ batchItemFailures: [{ itemIdentifier: '5' }] });
    expect(causes).toEqual([{ [cause]: 2 }]);
    faults.set();
    expect(await total()).toBeUndefined();
    expect(await project(batch, faults)).toEqual(done);
    expect(await total()).toBe(2);
  });

  it('looks again at a part when it does not know whether it was written', async () => {
    const faults = new Faults(dynamodb, 'quarantine');
    const project = process();
    await project(aBatch('s1', sent(1)), invocation);
    faults.set({ kind: 'timeout', request: 0, executed: 1 });
    expect(await project(aBatch('s1', sent(2)), faults)).toEqual(done);
    faults.set();
    expect(await total()).toBe(2);
  });

  it('counts nothing into a part that something else has written', async () => {
    await dynamodb.send(
      new PutItemCommand({
        TableName: table,
        Item: { marketing_id: { S: 'spring' }, part: { S: 'part#2026-11#s1' }, sequence: { N: '1' } },
      }),
    );
    expect(await process()(aBatch('s1', sent(2)), invocation)).toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
    await expect(reader.statistics('spring')).rejects.toThrow('damaged part: part#2026-11#s1');
  });
});

describe('folding', () => {
  const batchAt = async (shard: string, sequence: number) => {
    await process()(aBatch(shard, sent(sequence, sequence, now)), invocation);
  };

  it('adds up the parts that can no longer change when a campaign gets a new one', async () => {
    await batchAt('s1', 1);
    await batchAt('s2', 2);
    now += 2 * DAY_MS + 1;
    await batchAt('s3', 3);
    expect(await items()).toEqual(['campaign', 'part#2026-11#base', 'part#2026-11#s3']);
    expect(await reader.statistics('spring')).toMatchObject({ total: 3, updated_at: now });
    now += 3 * DAY_MS;
    await batchAt('s4', 4);
    expect(await items()).toEqual(['campaign', 'part#2026-11#base', 'part#2026-11#s4']);
    expect(await total()).toBe(4);
  });

  it('leaves alone what may come again', async () => {
    await batchAt('s1', 1);
    now += 2 * DAY_MS;
    await batchAt('s2', 2);
    expect(await items()).toEqual(['campaign', 'part#2026-11#s1', 'part#2026-11#s2']);
  });

  it('forgets what it has folded, so that its shard may go on', async () => {
    const project = process();
    await project(aBatch('s1', sent(1, 1, now)), invocation);
    now += 3 * DAY_MS;
    await project(aBatch('s2', sent(2, 2, now)), invocation);
    await project(aBatch('s1', sent(3, 3, now)), invocation);
    expect(await total()).toBe(3);
  });

  it('is done another time when the table is in trouble', async () => {
    const faults = new Faults(dynamodb, 'quarantine');
    await batchAt('s1', 1);
    now += 3 * DAY_MS;
    // The part is looked for, and then nothing more can be read.
    faults.set({ kind: 'unreadable', reads: 1 });
    expect(await process()(aBatch('s2', sent(2, 2, now)), faults)).toEqual(done);
    faults.set();
    expect(await items()).toEqual(['campaign', 'part#2026-11#s1', 'part#2026-11#s2']);
    expect(await total()).toBe(2);
  });
});

describe('folding that cannot ever be', () => {
  it.each([
    ['AccessDeniedException', Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' })],
    ['TypeError', new TypeError('a defect')],
  ])('shows itself once by %s, and holds nothing up', async (_, error) => {
    await process()(aBatch('s1', sent(1, 1, now)), invocation);
    now += 3 * DAY_MS;
    const denied = testClient();
    denied.middlewareStack.add((next, { commandName }) => async (args) => {
      if (commandName === 'TransactWriteItemsCommand') throw error;
      return next(args);
    });
    const project = process(denied);
    const batch = aBatch('s2', sent(2, 2, now));
    await expect(project(batch, invocation)).rejects.toBe(error);
    expect(await project(batch, invocation)).toEqual(done);
    expect(await total()).toBe(2);
  });
});

describe('the list of campaigns', () => {
  it('has the newest first, page by page, each with its counts', async () => {
    const of = (sequence: number, marketing_id: string, created_at: number) =>
      aChange(sequence, undefined, anImage({ marketing_id, created_at }));
    await process()(
      aBatch('s1', of(1, 'b', 200), of(2, 'c', 300), of(3, 'a', 100), of(4, 'a', 400)),
      invocation,
    );
    const first = await reader.list(2, undefined);
    expect(first.campaigns.map(({ marketing_id, total }) => [marketing_id, total])).toEqual([
      ['c', 1],
      ['b', 1],
    ]);
    expect(first.next).toEqual({ marketingId: 'b', listedAt: 200 });
    const second = await reader.list(2, first.next);
    expect(second).toMatchObject({ campaigns: [{ marketing_id: 'a', total: 2 }], next: undefined });
  });

  it('shows a campaign of which nothing is counted yet with zeros', async () => {
    const Item = {
      marketing_id: { S: 'new' },
      part: { S: 'campaign' },
      list: { S: 'campaigns' },
      listed_at: { N: '1' },
    };
    await dynamodb.send(new PutItemCommand({ TableName: table, Item }));
    expect(await reader.list(10, undefined)).toMatchObject({
      campaigns: [{ marketing_id: 'new', total: 0 }],
    });
  });
});
