import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { ANSWER_LIMITS, createDynamoDBClient } from './client.ts';
import { LOCAL_AWS } from './local-aws.ts';
import { patientRetries } from './patient-retries.ts';

const answering = async (failures: number, status?: number | 'silence', name = 'ValidationException') => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    if (requests > failures) response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
    else if (status === 'silence') return;
    else if (status === undefined) request.socket.destroy();
    else response.writeHead(status).end(JSON.stringify({ __type: name }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dynamodb = createDynamoDBClient(
    { ...ANSWER_LIMITS, requestMs: 200 },
    {
      ...LOCAL_AWS,
      endpoint,
      retryStrategy: patientRetries,
    },
  );
  const get = dynamodb.send(new GetItemCommand({ TableName: 'any', Key: { id: { S: 'a' } } }));
  return {
    get,
    requests: () => requests,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

it('tries again what may pass, more often than the SDK would', async () => {
  const { get, requests, close } = await answering(5);
  await get;
  expect(requests()).toBe(6);
  close();
});

it('tries again what asks to slow down, by a name too that the SDK does not know', async () => {
  const { get, requests, close } = await answering(2, 400, 'KmsThrottled');
  await get;
  expect(requests()).toBe(3);
  close();
});

it('does not try again what cannot', async () => {
  const { get, requests, close } = await answering(5, 400);
  await expect(get).rejects.toMatchObject({ name: 'ValidationException' });
  expect(requests()).toBe(1);
  close();
});

it('asks a peer that is silent three times, for each of them takes the whole time limit', async () => {
  const { get, close } = await answering(20, 'silence');
  await expect(get).rejects.toMatchObject({ name: 'TimeoutError', $metadata: { attempts: 3 } });
  close();
});
