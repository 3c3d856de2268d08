import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { createTerminal } from '../session/terminal.ts';
import { redriveGivenUp } from './given-up.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:stream-processor-lambda:live';
const BATCH = JSON.stringify({
  requestContext: { functionArn: FUNCTION },
  payload: JSON.stringify({ Records: [] }),
});
const LISTING = `<ListBucketResult><Name>given-up</Name><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>
  <Contents><Key>aws/lambda/batch</Key></Contents></ListBucketResult>`;

/** Redrives from a bucket with one batch; gives what came of it, and whether the batch was deleted. */
const redrive = async (answers: {
  readonly listing?: string;
  readonly invoke?: string;
  readonly cutOff?: number;
}) => {
  let deleted = false;
  let { cutOff = 0 } = answers;
  const server = createServer((request, response) => {
    request.resume();
    const { method, url = '' } = request;
    if (url.includes('list-type=2')) response.end(answers.listing ?? LISTING);
    else if (url.includes('/invocations')) response.end(answers.invoke);
    else if (method === 'GET' && cutOff-- > 0)
      response
        .writeHead(200, { 'content-length': BATCH.length })
        .write(BATCH.slice(0, 9), () => response.destroy());
    else if (method === 'GET') response.end(BATCH);
    else {
      deleted ||= method === 'DELETE';
      response
        .setHeader('content-type', 'application/x-amz-json-1.0')
        .end('{"QueueUrl":"http://127.0.0.1/queue"}');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const config = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const clients = {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sqs: new SQSClient(config),
    lambda: new LambdaClient(config),
  };
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy();
    server.close();
    server.closeAllConnections();
  });
  const session = { terminal: createTerminal(false), dryRun: false, signal: new AbortController().signal };
  const outcome = await redriveGivenUp(session, clients, 'given-up').catch((error: unknown) => error);
  return { outcome, deleted };
};

it('takes no page of a proxy for a bucket in which nothing is', async () => {
  const { outcome } = await redrive({ listing: '<html>proxy</html>' });
  expect(outcome).toMatchObject({ code: 'TARGET.FAILED' });
});

it.each(['', 'null', '{}', '<html>proxy</html>'])(
  'keeps a batch whose function has not said that it is done: %j',
  async (invoke) => {
    expect(await redrive({ invoke })).toMatchObject({ outcome: { code: 'TARGET.FAILED' }, deleted: false });
  },
);

it('asks again for a batch that breaks off, and leaves one that does so each time where it is', async () => {
  const invoke = '{"batchItemFailures":[]}';
  expect(await redrive({ invoke, cutOff: 1 })).toMatchObject({ outcome: { taken_in: 1 }, deleted: true });
  expect(await redrive({ invoke, cutOff: 2 })).toMatchObject({
    outcome: { code: 'ECONNRESET' },
    deleted: false,
  });
});

it('keeps a batch of which records fail again, with the reason', async () => {
  const { outcome, deleted } = await redrive({ invoke: '{"batchItemFailures":[{"itemIdentifier":"1"}]}' });
  expect(outcome).toMatchObject({
    taken_in: 0,
    staying: [{ object: 'aws/lambda/batch', reason: '1 records fail again.' }],
  });
  expect(deleted).toBe(false);
});
