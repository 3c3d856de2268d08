import { parseQuery } from '@notify/shared-domain';
import { InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { describe, expect, it } from 'vitest';
import { byHttpAt } from '../testing/service.ts';
import { startInternalApi } from '../testing/upstream.ts';
import { upstreamContract } from './upstream.contract.ts';

describe('InternalApiAdapter', () => {
  upstreamContract(async (reader, timeoutMs) => {
    const upstream = await startInternalApi(reader);
    return { upstream, adapter: byHttpAt(`${upstream.url}/v1/`, timeoutMs) };
  });

  it('asks in the name of the request', async () => {
    const upstream = await startInternalApi(new InMemoryNotificationReader());
    const adapter = byHttpAt(`${upstream.url}/v1`, 5000);
    await adapter.answer(parseQuery('fail', {}), 'data', 'r-1');
    await adapter.answer(parseQuery('fail', {}), 'data');
    expect(upstream.requestIds).toEqual(['r-1', undefined]);
    await upstream.close();
  });

  it('is not ready where something else answers', async () => {
    const upstream = await startInternalApi(new InMemoryNotificationReader());
    await expect(byHttpAt(upstream.url, 5000).probe(2000)).rejects.toMatchObject({
      code: 'UPSTREAM.FAILED',
    });
    await upstream.close();
  });
});
