import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type AttributeValue,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';

/** Of a command, what belongs to a person. */
const PRIVATE_ATTRIBUTES = [
  'transaction_id',
  'user_id',
  'marketing_id',
  'notification_title',
  'notification_body',
  'payload',
  'device_token',
];

type Image = Record<string, AttributeValue>;

/** Everything that has ever been written into `command-records` and belongs to a person, what was deleted since too: from its stream. */
export const privateTexts = async (endpoint: string): Promise<Set<string>> => {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const dynamodb = new DynamoDBClient(config);
  const streams = new DynamoDBStreamsClient(config);
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'command-records' }));
  const texts = new Set<string>();
  for await (const image of imagesOf(streams, Table?.LatestStreamArn ?? '')) {
    for (const name of PRIVATE_ATTRIBUTES) texts.add(image[name]?.S ?? '');
  }
  dynamodb.destroy();
  streams.destroy();
  return texts;
};

async function* imagesOf(streams: DynamoDBStreamsClient, StreamArn: string): AsyncGenerator<Image> {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const first = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    let next = first.ShardIterator;
    // An open shard has no end; what was written before the call comes before the first empty answer.
    for (let isEmpty = false; next !== undefined && !isEmpty; ) {
      const { Records = [], NextShardIterator } = await streams.send(
        new GetRecordsCommand({ ShardIterator: next }),
      );
      for (const { dynamodb: record } of Records) if (record?.NewImage) yield record.NewImage;
      isEmpty = Records.length === 0;
      next = NextShardIterator;
    }
  }
}
