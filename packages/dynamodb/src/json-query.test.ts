import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createDynamoDBClient } from './client.ts';
import { toStoreError } from './error-kinds.ts';
import { queryJson } from './json-query.ts';
import { LOCAL_AWS } from './local-aws.ts';

const answering = async (body: string) => {
  const server = createServer((_, answer) => answer.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dynamodb = createDynamoDBClient(undefined, { ...LOCAL_AWS, endpoint });
  onTestFinished(() => dynamodb.destroy());
  return dynamodb;
};

it('gives the items as their JSON is', async () => {
  const dynamodb = await answering('{"Items":[{"id":{"B":"AQ=="}}],"Count":1}');
  expect(await queryJson(dynamodb, { TableName: 'any' })).toMatchObject({ Items: [{ id: { B: 'AQ==' } }] });
});

it.each(['<html>proxy</html>', '', 'null', '"text"', '{"message":"Hello"}'])(
  'fails at what is no page, as at any answer that nobody can read: %s',
  async (body) => {
    const dynamodb = await answering(body);
    const error = await queryJson(dynamodb, { TableName: 'any' }).catch((thrown: unknown) => thrown);
    expect(toStoreError(error)).toMatchObject({ code: 'UPSTREAM.FAILED', status: 502 });
  },
);
