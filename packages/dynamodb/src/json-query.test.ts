import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { createDynamoDBClient } from './client.ts';
import { toStoreError } from './error-kinds.ts';
import { queryJson } from './json-query.ts';
import { LOCAL_AWS } from './local-aws.ts';

const answering = async (body: string | ((asked: string) => string)) => {
  const server = createServer(async (request, answer) =>
    answer.end(typeof body === 'string' ? body : body(await text(request))),
  ).listen(0, '127.0.0.1');
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

it('asks as it is told, and gives each query its own page, however many share a client', async () => {
  const dynamodb = await answering((asked) => JSON.stringify({ Items: [{ asked: { S: asked } }] }));
  const inputs = Array.from({ length: 20 }, (_, Limit) => ({
    TableName: `table-${Limit}`,
    IndexName: undefined,
    ExclusiveStartKey: { id: { B: 'AQ==' as never } },
    Limit,
  }));
  const pages = await Promise.all(inputs.map((input) => queryJson(dynamodb, input)));
  expect(pages.map(({ Items }) => JSON.parse(Items[0]?.['asked']?.S ?? ''))).toEqual(
    inputs.map(({ IndexName: _, ...rest }) => rest),
  );
});

it.each(['<html>proxy</html>', '', 'null', '"text"', '{"message":"Hello"}'])(
  'fails at what is no page, as at any answer that nobody can read: %s',
  async (body) => {
    const dynamodb = await answering(body);
    const error = await queryJson(dynamodb, { TableName: 'any' }).catch((thrown: unknown) => thrown);
    expect(toStoreError(error)).toMatchObject({ code: 'UPSTREAM.FAILED', status: 502 });
  },
);
