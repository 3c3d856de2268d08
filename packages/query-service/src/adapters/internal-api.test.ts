import { parseQuery } from '@notify/shared-domain';
import { InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { describe, expect, it } from 'vitest';
import { startInternalApi } from '../testing/upstream.ts';
import { InternalApiAdapter } from './internal-api.ts';

import { asRequest } from './request-id.ts';
import { upstreamContract } from './upstream.contract.ts';

describe('InternalApiAdapter', () => {
  upstreamContract(async (reader, timeoutMs) => {
    const upstream = await startInternalApi(reader);
    return { upstream, adapter: new InternalApiAdapter(`${upstream.url}/v1/`, timeoutMs) };
  });

  it('asks in the name of the request', async () => {
    const upstream = await startInternalApi(new InMemoryNotificationReader());
    const adapter = new InternalApiAdapter(`${upstream.url}/v1`, 5000);
    await asRequest('r-1', () => adapter.read(parseQuery('fail', {})));
    await adapter.read(parseQuery('fail', {}));
    expect(upstream.requestIds).toEqual(['r-1', undefined]);
    await upstream.close();
  });

  it('is not ready where something else answers', async () => {
    const upstream = await startInternalApi(new InMemoryNotificationReader());
    await expect(new InternalApiAdapter(upstream.url, 5000).probe(2000)).rejects.toMatchObject({
      code: 'UPSTREAM.FAILED',
    });
    await upstream.close();
  });
});
