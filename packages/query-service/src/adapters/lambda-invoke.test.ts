import { parseQuery } from '@notify/shared-domain';
import { aRow, InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { describe, expect, it } from 'vitest';
import { FUNCTION, lambdaClientOf } from '../testing/service.ts';
import { startQueryFunction } from '../testing/upstream.ts';
import { LambdaInvokeAdapter } from './lambda-invoke.ts';
import { upstreamContract } from './upstream.contract.ts';

describe('LambdaInvokeAdapter', () => {
  upstreamContract(async (reader, timeoutMs) => {
    const upstream = await startQueryFunction(reader);
    return { upstream, adapter: new LambdaInvokeAdapter(lambdaClientOf(upstream.url), FUNCTION, timeoutMs) };
  });

  it('asks the queries of V1 and V3, too', async () => {
    const rows = [aRow({ user_id: 'u1', marketing_id: 'm1', status: 'FAILED' })];
    const upstream = await startQueryFunction(new InMemoryNotificationReader(rows));
    const adapter = new LambdaInvokeAdapter(lambdaClientOf(upstream.url), FUNCTION, 5000);
    await expect(adapter.read(parseQuery('user', { user_id: 'u1' }))).resolves.toMatchObject({ items: [{}] });
    await expect(adapter.read(parseQuery('marketing', { marketing_id: 'm1' }))).resolves.toMatchObject({
      items: [{}],
    });
    const failures = parseQuery('failures', { transaction_id: 'tx_001' });
    await expect(adapter.read(failures)).resolves.toMatchObject({ items: [{ status: 'FAILED' }] });
    await upstream.close();
  });

  it('takes a function that is not there for a failure', async () => {
    const upstream = await startQueryFunction(new InMemoryNotificationReader());
    const adapter = new LambdaInvokeAdapter(lambdaClientOf(upstream.url), 'another', 5000);
    await expect(adapter.probe(2000)).rejects.toMatchObject({ code: 'UPSTREAM.FAILED' });
    await upstream.close();
  });
});
