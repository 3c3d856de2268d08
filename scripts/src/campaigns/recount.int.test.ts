import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  CAMPAIGN_PROJECTION,
  CampaignReader,
  createCampaignProjection,
  DynamoDBParts,
} from '@notify/campaign-statistics';
import { LOCAL_AWS } from '@notify/dynamodb';
import { aCommand } from '@notify/shared-domain/testing';
import { positionsByShard } from '@notify/stream-projection';
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import type { Session } from '../session/session.ts';
import { aSession, deleteCommand, putCommand } from '../testing/session.ts';
import { recount } from './recount.ts';

const invocation = { remainingTimeMs: () => 60_000 };
const OPTIONS = { segments: 2, attempts: 2, settleMs: 0, corrects: false };

let session: Session;

beforeEach(async () => {
  const clientConfig = { ...LOCAL_AWS, endpoint: inject('dynamodbEndpoint') };
  session = await aSession({
    target: { kind: 'local', name: 'DynamoDB Local', clientConfig, apiUrl: undefined },
  });
});

/** Takes all of the stream through the projection, as its event source would. */
const project = async (): Promise<void> => {
  const { dynamodb, tables, target } = session;
  const projection = createCampaignProjection({
    parts: new DynamoDBParts(dynamodb, tables.campaigns),
    positionsOf: positionsByShard(dynamodb, { table: tables.positions, projection: CAMPAIGN_PROJECTION }),
  });
  const streams = new DynamoDBStreamsClient(target.clientConfig);
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: tables.commands }));
  const StreamArn = Table?.LatestStreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    const records = Records.map((record) => ({
      ...record,
      dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: 1_700_000_000 },
    })) as unknown as DynamoDBRecord[];
    await projection(Object.assign({ Records: records }, { shardId: ShardId }), invocation);
  }
  streams.destroy();
};

const put = (transaction_id: string, marketing_id = 'spring') =>
  putCommand(session, aCommand({ transaction_id, marketing_id, created_at: Date.UTC(2026, 10, 24) }));
const total = async (id = 'spring') =>
  (await new CampaignReader(session.dynamodb, session.tables.campaigns).statistics(id))?.total;

describe('campaigns that are counted', () => {
  it('are what their commands come to', async () => {
    const [key] = await Promise.all([put('a'), put('b'), put('c', 'summer')]);
    await deleteCommand(session, key);
    await project();
    expect(await recount(session, OPTIONS)).toEqual({
      campaigns: 2,
      differences: [],
      corrected: 0,
      moving: [],
    });
    expect(await total()).toBe(1);
  });
});

describe('campaigns that are counted wrong', () => {
  /** A stream that has told nothing of what is in the table: as after a day, or when the projection is new. */
  const forget = async () => {
    await Promise.all([put('a'), put('b'), put('c', 'summer')]);
    await project();
    session = { ...session, tables: { ...session.tables, campaigns: (await aSession()).tables.campaigns } };
  };

  it('are told, and corrected when that is wanted', async () => {
    await forget();
    const differences = [
      { marketing_id: 'spring', counts: 2 },
      { marketing_id: 'summer', counts: 2 },
    ];
    const sorted = async (options: Partial<typeof OPTIONS> & { marketingId?: string }) => {
      const report = await recount(session, { ...OPTIONS, ...options });
      return {
        ...report,
        differences: report.differences.toSorted((a, b) => (a.marketing_id < b.marketing_id ? -1 : 1)),
      };
    };
    expect(await sorted({})).toEqual({ campaigns: 2, differences, corrected: 0, moving: [] });
    expect(await total()).toBeUndefined();
    session = { ...session, dryRun: true };
    expect(await sorted({ corrects: true })).toMatchObject({ differences, corrected: 0 });
    session = { ...session, dryRun: false };
    expect(await sorted({ corrects: true, marketingId: 'spring' })).toEqual({
      campaigns: 1,
      differences: [{ marketing_id: 'spring', counts: 2 }],
      corrected: 1,
      moving: [],
    });
    expect([await total(), await total('summer')]).toEqual([2, undefined]);
    expect(await sorted({ corrects: true })).toMatchObject({ corrected: 1 });
    expect(await sorted({})).toEqual({ campaigns: 2, differences: [], corrected: 0, moving: [] });
    expect(
      await new CampaignReader(session.dynamodb, session.tables.campaigns).list(10, undefined),
    ).toMatchObject({
      campaigns: expect.arrayContaining([expect.objectContaining({ marketing_id: 'summer', total: 1 })]),
    });
  });

  it('are not judged while the stream has more of them', async () => {
    await forget();
    await recount(session, { ...OPTIONS, corrects: true });
    await put('d');
    expect(await recount(session, OPTIONS)).toMatchObject({ differences: [], moving: ['spring'] });
  });
});

it('a campaign of which the stream holds what is not counted yet is never judged', async () => {
  await put('a');
  expect(await recount(session, { ...OPTIONS, corrects: true })).toEqual({
    campaigns: 1,
    differences: [],
    corrected: 0,
    moving: ['spring'],
  });
  expect(await total()).toBeUndefined();
});
