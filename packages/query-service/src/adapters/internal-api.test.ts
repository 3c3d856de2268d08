import { parseQuery } from '@notify/shared-domain';
import { InMemoryNotificationReader } from '@notify/shared-domain/testing';
import { describe, expect, it } from 'vitest';
import { startInternalApi } from '../testing/upstream.ts';
import { InternalApiAdapter } from './internal-api.ts';
import { notificationQueriesContract } from './notification-queries.contract.ts';
import { asRequest } from './request-id.ts';

describe('InternalApiAdapter', () => {
  notificationQueriesContract(async (reader, timeoutMs) => {
    const upstream = await startInternalApi(reader);
    return { upstream, queries: new InternalApiAdapter(`${upstream.url}/v1/`, timeoutMs) };
  });

  it('asks in the name of the request', async () => {
    const upstream = await startInternalApi(new InMemoryNotificationReader());
    const queries = new InternalApiAdapter(`${upstream.url}/v1`, 5000);
    await asRequest('r-1', () => queries.ask(parseQuery('fail', {})));
    await queries.ask(parseQuery('fail', {}));
    expect(upstream.requestIds).toEqual(['r-1', undefined]);
    await upstream.close();
  });

  it('is not asked what it has no route for', async () => {
    const queries = new InternalApiAdapter('http://127.0.0.1:1', 5000);
    await expect(queries.ask(parseQuery('user', { user_id: 'u1' }))).rejects.toMatchObject({
      code: 'INTERNAL.ERROR',
    });
  });

  it('is not ready where something else answers', async () => {
    const upstream = await startInternalApi(new InMemoryNotificationReader());
    await expect(new InternalApiAdapter(upstream.url, 5000).probe(2000)).rejects.toMatchObject({
      code: 'UPSTREAM.FAILED',
    });
    await upstream.close();
  });
});
