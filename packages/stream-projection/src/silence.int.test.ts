import { randomUUID } from 'node:crypto';
import { createDynamoDBClient, LOCAL_AWS } from '@notify/dynamodb';
import { silenceableEndpoint, testClient } from '@notify/dynamodb-local/testing';
import { expect, inject, it, onTestFinished } from 'vitest';
import { DynamoDBQuarantine } from './partiql/dynamodb-quarantine.ts';
import { PartiqlRowWriter } from './partiql/partiql-row-writer.ts';
import { createStreamProjection } from './stream-projection.ts';
import { accounts, createAccountTables } from './testing/accounts.ts';
import { aStreamEvent, aStreamRecord } from './testing/stream-events.ts';

it('reports a batch that DynamoDB is silent about within the time of the invocation, and goes on afterwards', async () => {
  const endpoint = await silenceableEndpoint(inject('dynamodbEndpoint'));
  onTestFinished(endpoint.close);
  const tables = await createAccountTables(testClient(), randomUUID());
  const limits = { connectionMs: 500, requestMs: 200, attempts: 2 };
  const dynamodb = createDynamoDBClient(limits, { ...LOCAL_AWS, endpoint: endpoint.url });
  const project = createStreamProjection(accounts, {
    rows: new PartiqlRowWriter(dynamodb, tables.rows),
    quarantine: new DynamoDBQuarantine(dynamodb, tables.quarantine),
  });
  const good = aStreamRecord({ sequenceNumber: 1 });
  const bad = aStreamRecord({ sequenceNumber: 2, keys: { account: 'b', number: 2 }, image: {} });
  const invoke = async () => {
    const endsAt = Date.now() + 4_000;
    const answer = await project(aStreamEvent(good, bad), { remainingTimeMs: () => endsAt - Date.now() });
    return { answer, inTime: Date.now() < endsAt };
  };

  endpoint.silence(true);
  expect(await invoke()).toEqual({
    answer: { batchItemFailures: [{ itemIdentifier: '1' }] },
    inTime: true,
  });
  endpoint.silence(false);
  expect(await invoke()).toEqual({ answer: { batchItemFailures: [] }, inTime: true });
});
