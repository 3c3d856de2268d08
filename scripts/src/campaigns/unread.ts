import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import { CAMPAIGN_PROJECTION, changesOf } from '@notify/campaign-statistics';
import { readPositions } from '@notify/stream-projection';
import type { DynamoDBRecord } from 'aws-lambda';
import { type Session, toolClient } from '../session/session.ts';

/** A shard that says nothing so often in a row has nothing more. */
const EMPTY_READS = 2;

/** The campaigns of what the stream holds behind the places of their projection: those that are still to be counted. */
export const unreadCampaigns = async (session: Session): Promise<Set<string>> => {
  const { dynamodb, tables, target, signal } = session;
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: tables.commands }));
  const StreamArn = Table?.LatestStreamArn;
  const campaigns = new Set<string>();
  if (StreamArn === undefined) return campaigns;
  const positions = await readPositions(dynamodb, tables.positions, CAMPAIGN_PROJECTION);
  const placeOf = (shard: string) => positions.find((position) => position.shard === shard)?.sequenceNumber;
  // Where events name no shard, the stream stands for all of them.
  const ofStream = placeOf(StreamArn);
  const streams = new DynamoDBStreamsClient({ ...target.clientConfig, ...toolClient });
  try {
    for (const { ShardId = '' } of await shardsOf(streams, StreamArn)) {
      signal.throwIfAborted();
      const after = placeOf(ShardId);
      const { ShardIterator } = await streams.send(
        new GetShardIteratorCommand({
          StreamArn,
          ShardId,
          ...(after === undefined
            ? { ShardIteratorType: 'TRIM_HORIZON' }
            : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }),
        }),
      );
      let iterator = ShardIterator;
      for (let empty = 0; iterator !== undefined && empty < EMPTY_READS; ) {
        const page = await streams.send(new GetRecordsCommand({ ShardIterator: iterator }));
        const records = ((page.Records ?? []) as unknown as DynamoDBRecord[]).filter(
          ({ dynamodb: change }) =>
            ofStream === undefined || BigInt(change?.SequenceNumber ?? 0) > BigInt(ofStream),
        );
        for (const { key } of changesOf(records, ShardId)) campaigns.add(key.marketingId);
        empty = page.Records?.length ? 0 : empty + 1;
        iterator = page.NextShardIterator;
      }
    }
    return campaigns;
  } finally {
    streams.destroy();
  }
};

const shardsOf = async (streams: DynamoDBStreamsClient, StreamArn: string): Promise<Shard[]> => {
  const shards: Shard[] = [];
  let start: string | undefined;
  do {
    const { StreamDescription } = await streams.send(
      new DescribeStreamCommand({ StreamArn, ExclusiveStartShardId: start }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    start = StreamDescription?.LastEvaluatedShardId;
  } while (start);
  return shards;
};
