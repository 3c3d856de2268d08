import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it, onTestFinished } from 'vitest';
import { ANSWER_LIMITS, createDynamoDBClient } from './client.ts';
import { LOCAL_AWS } from './local-aws.ts';

it('asks a silent peer again, and then gives up within its limits', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const limits = { connectionMs: 1_000, requestMs: 100, attempts: 3 };
  const dynamodb = createDynamoDBClient(limits, { ...LOCAL_AWS, endpoint });
  const get = dynamodb.send(new GetItemCommand({ TableName: 'any', Key: { id: { S: 'a' } } }));
  await expect(get).rejects.toMatchObject({ name: 'TimeoutError', $metadata: { attempts: 3 } });
});

it('leaves a function of ten seconds time for its answer after two silent requests', () => {
  const { requestMs, attempts } = ANSWER_LIMITS;
  expect(2 * requestMs * attempts).toBeLessThan(9_000);
});
