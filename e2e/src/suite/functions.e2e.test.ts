import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { repositoryFile } from '../target.ts';
import { invoke, target } from './stage.ts';

const functions = Object.entries<{ event_source: object | null }>(
  JSON.parse(readFileSync(repositoryFile('terraform/functions.json'), 'utf8')),
);
const named = (drivenByStream: boolean) =>
  functions
    .filter(([, { event_source }]) => (event_source !== null) === drivenByStream)
    .map(([name]) => name);

/** What API Gateway sends for a route that no function knows. */
const unknownRoute = {
  resource: '/nowhere',
  path: '/nowhere',
  httpMethod: 'GET',
  headers: {},
  multiValueHeaders: {},
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  pathParameters: null,
  stageVariables: null,
  requestContext: { requestId: 'e2e', httpMethod: 'GET', path: '/nowhere', stage: 'v1' },
  body: null,
  isBase64Encoded: false,
};

it('every function is on the stage', () => {
  expect(Object.keys(target.functions).sort()).toEqual(functions.map(([name]) => name).sort());
});

describe('lambda invoke', () => {
  it.each(named(true))('%s takes a batch without records', async (name) => {
    expect(await invoke(name, { Records: [] })).toMatchObject({
      payload: { batchItemFailures: [] },
      functionError: undefined,
    });
  });

  it.each(named(false))('%s refuses a route that it does not know', async (name) => {
    const { payload, functionError } = await invoke(name, unknownRoute);
    expect(functionError).toBeUndefined();
    const { statusCode, body } = payload as { statusCode: number; body: string };
    expect({ statusCode, ...JSON.parse(body) }).toMatchObject({ statusCode: 404, code: 'ROUTE.NOT_FOUND' });
  });

  it('query-result-lambda answers a query', async () => {
    const event = { query_type: 'user', user_id: 'e2e-nobody' };
    expect((await invoke('query-result-lambda', event)).payload).toEqual({
      success: true,
      count: 0,
      items: [],
    });
  });

  it('tells what is no function of the stage', async () => {
    await expect(invoke('e2e-no-such-function', {})).rejects.toThrow(/not found/i);
  });
});
