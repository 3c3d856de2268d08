import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CreateTableCommand, DeleteTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryFile } from '../target.ts';
import { History } from './history.ts';
import { clientConfig, DOORS, documents, functionName, lambda, target } from './stage.ts';

/**
 * A projection that cannot quarantine: the deployed function's code and environment, but a quarantine table that does not exist, behind a
 * stream and a queue of its own. So a malformed record is a failure that may pass, is tried again, and is given up in the end.
 */
describe.runIf(target.kind === 'localstack')('a record that keeps failing', () => {
  const history = new History();
  const name = `e2e-${randomUUID().slice(0, 8)}`;
  const sqs = new SQSClient(clientConfig);
  const undo: (() => Promise<unknown>)[] = [];
  let queue = '';

  beforeAll(async () => {
    queue = (await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl ?? '';
    undo.push(() => sqs.send(new DeleteQueueCommand({ QueueUrl: queue })));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] }),
    );

    const { TableDescription } = await documents.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'transaction_id', AttributeType: 'S' },
          { AttributeName: 'created_at', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'transaction_id', KeyType: 'HASH' },
          { AttributeName: 'created_at', KeyType: 'RANGE' },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    undo.push(() => documents.send(new DeleteTableCommand({ TableName: name })));
    await waitUntilTableExists({ client: documents, maxWaitTime: 60 }, { TableName: name });

    const deployed = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: functionName('stream-processor-lambda') }),
    );
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: deployed.Role,
        Runtime: deployed.Runtime,
        Handler: deployed.Handler,
        Timeout: 10,
        MemorySize: deployed.MemorySize,
        Environment: {
          Variables: { ...deployed.Environment?.Variables, QUARANTINE_TABLE: `${name}-missing` },
        },
        Code: { ZipFile: readFileSync(repositoryFile('packages/stream-processor-lambda/dist/function.zip')) },
      }),
    );
    undo.push(() => lambda.send(new DeleteFunctionCommand({ FunctionName: name })));
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60, minDelay: 1 }, { FunctionName: name });
    const { UUID } = await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: name,
        EventSourceArn: TableDescription?.LatestStreamArn,
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 10,
        MaximumBatchingWindowInSeconds: 1,
        MaximumRetryAttempts: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: Attributes?.QueueArn } },
      }),
    );
    undo.push(() => lambda.send(new DeleteEventSourceMappingCommand({ UUID })));
  });
  afterAll(async () => {
    for (const step of undo.toReversed()) await step();
    await history.cleanUp();
  });

  it('lets those before it through, is told to the queue after its retries, and lets those behind it through', async () => {
    const { created_at } = history.command();
    const before = history.command({ created_at });
    const { platform: _, ...malformed } = history.command({ created_at: created_at + 1 });
    const behind = history.command({ created_at: created_at + 2 });
    for (const Item of [before, malformed, behind])
      await documents.send(new PutCommand({ TableName: name, Item }));

    const body = await history.found(async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 1 }));
      return Messages?.[0]?.Body;
    });
    expect(JSON.parse(body)).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: { batchSize: expect.any(Number) },
    });

    const [door] = DOORS.filter(({ query_type }) => query_type === 'transaction');
    if (!door) throw new Error('No door takes a transaction.');
    const shown = await history.found(async () => {
      const { body: answer } = await door.ask({ transaction_id: `${history.id}-tx` });
      const rows = (answer as { data: { created_at: number }[] }).data.map((row) => row.created_at);
      return rows.length === 2 ? rows : undefined;
    });
    expect(shown).toEqual([behind.created_at, before.created_at]);
    // They were never in the command table: putting and removing them there takes their rows away.
    await history.putBatch([before, behind]);
  });
});
