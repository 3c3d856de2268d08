import { type NotificationQuery, parseQuery } from '@notify/shared-domain';
import { aRow, InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { describe, expect, it } from 'vitest';
import { byInvokeAt } from '../testing/service.ts';
import { startQueryFunction } from '../testing/upstream.ts';
import { LambdaInvokeAdapter } from './lambda-invoke.ts';
import type { Send } from './send.ts';
import { upstreamContract } from './upstream.contract.ts';

describe('LambdaInvokeAdapter', () => {
  upstreamContract(async (reader, timeoutMs) => {
    const upstream = await startQueryFunction(reader);
    return { upstream, adapter: byInvokeAt(upstream.url, timeoutMs) };
  });

  it('asks the queries of V1 and V3, too', async () => {
    const rows = [aRow({ user_id: 'u1', marketing_id: 'm1', status: 'FAILED' })];
    const upstream = await startQueryFunction(new InMemoryNotificationReader(rows));
    const adapter = byInvokeAt(upstream.url, 5000);
    const itemsOf = async (query: NotificationQuery) =>
      JSON.parse(await adapter.answer(query, 'items')).items;
    expect(await itemsOf(parseQuery('user', { user_id: 'u1' }))).toHaveLength(1);
    expect(await itemsOf(parseQuery('marketing', { marketing_id: 'm1' }))).toHaveLength(1);
    const failures = parseQuery('failures', { transaction_id: 'tx_001' });
    expect(await itemsOf(failures)).toMatchObject([{ status: 'FAILED' }]);
    await upstream.close();
  });

  it.each([
    [429, 'TooManyRequestsException'],
    [502, 'EC2ThrottledException'],
    [400, 'ThrottlingException'],
  ])('takes %s %s for a function that is busy, and tries once more', async (status, name) => {
    let asked = 0;
    const send: Send = async () => {
      asked += 1;
      return { status, headers: { 'x-amzn-errortype': name }, body: Buffer.from('{}') };
    };
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const adapter = new LambdaInvokeAdapter(send, {
      functionName: 'f',
      region: 'eu-central-1',
      timeoutMs: 5000,
      credentials,
    });
    await expect(adapter.answer(parseQuery('user', { user_id: 'u1' }), 'items')).rejects.toMatchObject({
      code: 'UPSTREAM.UNAVAILABLE',
      detail: expect.stringContaining('busy'),
    });
    expect(asked).toBe(2);
  });

  it('takes a function that is not there for a failure', async () => {
    const upstream = await startQueryFunction(new InMemoryNotificationReader());
    const adapter = byInvokeAt(upstream.url, 5000, 'another');
    await expect(adapter.probe(2000)).rejects.toMatchObject({ code: 'UPSTREAM.FAILED' });
    await upstream.close();
  });
});
