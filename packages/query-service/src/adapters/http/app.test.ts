import { once } from 'node:events';
import { connect } from 'node:net';
import { AppError } from '@notify/shared-domain';
import { aRow } from '@notify/shared-domain/testing';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, call } from '../../testing/call.ts';
import { eventually } from '../../testing/eventually.ts';
import { type LocalService, OPENAPI, startService } from '../../testing/service.ts';
import { logOptions } from './request-log.ts';

const ROWS = [
  aRow({ created_at: 1, user_id: 'u1', marketing_id: 'm1', status: 'SENT' }),
  aRow({
    created_at: 2,
    user_id: 'u1',
    marketing_id: 'm1',
    status: 'FAILED',
    error_msg: 'gone',
    failed_ts: 2,
  }),
  aRow({ created_at: 3, user_id: 'u1', marketing_id: 'm1', device_token: 't', platform: 'ANDROID' }),
  aRow({
    created_at: 4,
    user_id: 'u2',
    transaction_id: 'tx_002',
    status: 'FAILED',
    ap_id: 'mobile-app-001',
    sns_id: 's1',
  }),
];

// OpenAPI 3.0 is not JSON Schema, but ajv knows its `nullable`, the one difference that matters here.
const ajv = new Ajv({ strict: false }).addSchema(OPENAPI, 'api');

/** Fails unless the API description has this answer, to the letter. */
const expectDescribed = (method: string, route: string, { status, headers, body }: Answer) => {
  const { paths } = OPENAPI as {
    paths: Record<string, Record<string, { responses: Record<string, Described> }>>;
  };
  const described = paths[route]?.[method.toLowerCase()]?.responses[status];
  const mediaType = headers.get('content-type')?.split(';')[0] ?? '';
  const schema = described?.content[mediaType]?.schema.$ref;
  expect(schema, `${method} ${route} ${status} ${mediaType}`).toBeDefined();
  const validate = ajv.compile({ $ref: `api${schema}` });
  expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
};
interface Described {
  readonly content: Record<string, { schema: { $ref: string } }>;
}

/** Every query of the API, with what it takes and the times of the rows it gives. */
const QUERIES: [method: string, route: string, input: Record<string, string>, times: number[]][] = [
  ['GET', '/query/user', { user_id: 'u1' }, [3, 2, 1]],
  ['GET', '/query/marketing', { marketing_id: 'm1' }, [3, 2, 1]],
  ['GET', '/query/failures', { transaction_id: 'tx_001' }, [2]],
  ['POST', '/query/user', { user_id: 'u1' }, [3, 2, 1]],
  ['POST', '/query/marketing', { marketing_id: 'm1' }, [3, 2, 1]],
  ['POST', '/query/failures', { transaction_id: 'tx_001' }, [2]],
  ['POST', '/query/transaction', { transaction_id: 'tx_001' }, [3, 2, 1]],
  ['POST', '/query/tx', { transaction_id: 'tx_001' }, [3, 2, 1]],
  ['POST', '/query/sns', { sns_id: 's1' }, [4]],
  ['GET', '/sns', { sns_id: 's1' }, [4]],
  ['GET', '/query/tx', { transaction_id: 'tx_001' }, [3, 2, 1]],
  ['GET', '/query/fail', {}, [4, 2]],
  ['GET', '/tx', {}, [4, 3, 2, 1]],
  ['GET', '/query/tx', { limit: '2' }, [4, 3]],
  ['POST', '/query/transaction', {}, [4, 3, 2, 1]],
  ['GET', '/user', { user_id: 'u1' }, [3, 2, 1]],
  ['GET', '/marketing', { marketing_id: 'm1' }, [3, 2, 1]],
  ['POST', '/query/fail', { transaction_id: 'tx_001' }, [2]],
  ['POST', '/query/fail', {}, [4, 2]],
  ['GET', '/tx', { transaction_id: 'tx_001' }, [3, 2, 1]],
  ['GET', '/fail', { transaction_id: 'tx_001' }, [2]],
  ['GET', '/fail', {}, [4, 2]],
  ['POST', '/query/user', { user_id: 'u1', platform: 'ANDROID' }, [3]],
  ['GET', '/tx', { transaction_id: 'tx_001', status: 'SENT', order: 'asc' }, [1, 3]],
  ['GET', '/query/user', { user_id: 'nobody' }, []],
];

/** Every way to ask for a report, with what it takes and the campaigns it gives. */
const REPORTS: [method: string, route: string, input: Record<string, unknown>, campaigns: string[]][] = [
  ['GET', '/query/campaign', { marketing_id: 'spring' }, ['spring']],
  ['POST', '/query/campaign', { marketing_id: 'spring' }, ['spring']],
  ['GET', '/campaigns', {}, ['summer', 'spring']],
  ['GET', '/campaigns', { limit: '1' }, ['summer']],
  ['POST', '/query/campaigns', { limit: 1 }, ['summer']],
];

const ask = (base: string, method: string, route: string, input: object): Promise<Answer> =>
  method === 'GET'
    ? call(base, method, `${route}?${new URLSearchParams(input as Record<string, string>)}`)
    : call(base, method, route, input);

describe('the service', () => {
  let service: LocalService;
  beforeAll(async () => {
    service = await startService(ROWS);
  });
  afterAll(() => service.close());
  beforeEach(() => {
    service.queryFunction.behaviour = 'answers';
    service.internalApi.behaviour = 'answers';
  });

  it.each(REPORTS)(
    'answers %s %s %j as the API description says',
    async (method, route, input, campaigns) => {
      const answer = await ask(service.url, method, route, input);
      expect(answer.status).toBe(200);
      expectDescribed(method, route, answer);
      const { data } = answer.body as { data: object };
      expect([data].flat().map((campaign) => (campaign as { marketing_id: string }).marketing_id)).toEqual(
        campaigns,
      );
    },
  );

  it.each([
    ['/explain', { transaction_id: 'tx_001', created_at: '1' }, [{ created_at: 1, state: 'set aside' }]],
    ['/explain', { transaction_id: 'tx_001' }, [{ created_at: null }]],
    ['/status', {}, { quarantine: [{ code: 'RECORD.INVALID', count: 1 }] }],
    ['/quarantine', { code: 'RECORD.INVALID', limit: '5' }, [{ transaction_id: 'tx_001' }]],
  ])('answers GET %s %j about the pipeline', async (route, input, data) => {
    const answer = await ask(service.url, 'GET', route, input);
    expect(answer).toMatchObject({ status: 200, body: { success: true, data } });
    expectDescribed('GET', route, answer);
  });

  it('pages through the campaigns', async () => {
    const { next_cursor } = (await ask(service.url, 'GET', '/campaigns', { limit: '1' })).body as {
      next_cursor: string;
    };
    const { body } = await ask(service.url, 'POST', '/query/campaigns', { limit: 1, cursor: next_cursor });
    expect(body).toMatchObject({ total_count: 1, data: [{ marketing_id: 'spring' }] });
    expect(body).not.toHaveProperty('next_cursor');
  });

  it.each([
    ['GET', '/query/campaign', { marketing_id: 'winter' }, 404, 'CAMPAIGN.NOT_FOUND'],
    ['POST', '/query/campaign', { marketing_id: 'winter' }, 404, 'CAMPAIGN.NOT_FOUND'],
    ['GET', '/query/campaign', {}, 400, 'REQUEST.PARAMETER_MISSING'],
    ['POST', '/query/campaign', { marketing_id: 7 }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['GET', '/campaigns', { limit: '101' }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['POST', '/query/campaigns', { cursor: 'made up' }, 400, 'QUERY.CURSOR.INVALID'],
    ['GET', '/explain', {}, 400, 'REQUEST.PARAMETER_MISSING'],
    ['GET', '/explain', { transaction_id: 'tx', created_at: 'today' }, 400, 'REQUEST.PARAMETER_INVALID'],
    ['GET', '/quarantine', { cursor: 'made up' }, 400, 'QUERY.CURSOR.INVALID'],
  ])('refuses %s %s %j with %i %s', async (method, route, input, status, code) => {
    const answer = await ask(service.url, method, route, input);
    expect(answer).toMatchObject({ status, body: { success: false, code } });
    expectDescribed(method, route, answer);
  });

  it.each(QUERIES)('answers %s %s %j as the API description says', async (method, route, input, times) => {
    const answer = await ask(service.url, method, route, input);
    expect(answer.status).toBe(200);
    expectDescribed(method, route, answer);
    const isV4 = 'data' in answer.body;
    const items: { created_at: number }[] = isV4 ? answer.body.data : answer.body.items;
    expect(items.map(({ created_at }) => created_at)).toEqual(times);
    expect(isV4 ? answer.body.total_count : answer.body.count).toBe(times.length);
    expect(JSON.stringify(answer.body)).not.toMatch(/failed_bucket|version/);
  });

  it('leaves absent fields out in items and has them null in data', async () => {
    const v1 = await ask(service.url, 'GET', '/query/user', { user_id: 'u1', order: 'asc', limit: '1' });
    expect(v1.body.items[0]).not.toHaveProperty('error_msg');
    const v4 = await ask(service.url, 'GET', '/tx', { transaction_id: 'tx_001', order: 'asc', limit: 1 });
    expect(v4.body.data[0]).toMatchObject({ error_msg: null, token: null, ap_id: null });
  });

  it.each([
    ['GET', '/query/user', { user_id: 'u1' }],
    ['POST', '/query/transaction', { transaction_id: 'tx_001' }],
  ])('gives %s %s page by page', async (method, route, key) => {
    const times: number[] = [];
    let cursor: { cursor?: string } = {};
    do {
      const limit = method === 'GET' ? '1' : 1;
      const { body, status } = await ask(service.url, method, route, { ...key, limit, ...cursor });
      expect(status).toBe(200);
      times.push(...(body.items ?? body.data).map(({ created_at }: { created_at: number }) => created_at));
      cursor = body.next_cursor === undefined ? {} : { cursor: body.next_cursor };
    } while (cursor.cursor !== undefined);
    expect(times).toEqual([3, 2, 1]);
  });

  it.each(QUERIES.slice(0, 22))('tells on %s %s %j of upstreams that fail', async (method, route, input) => {
    for (const [behaviour, status, code] of [
      ['babbles', 502, 'UPSTREAM.FAILED'],
      ['crashes', 502, 'UPSTREAM.FAILED'],
      [new AppError('STORE.THROTTLED'), 503, 'STORE.THROTTLED'],
    ] as const) {
      service.queryFunction.behaviour = behaviour;
      service.internalApi.behaviour = behaviour;
      const answer = await ask(service.url, method, route, input);
      expect(answer).toMatchObject({ status, body: { code, success: false } });
      expectDescribed(method, route, answer);
      expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
      expect(JSON.stringify(answer.body)).not.toMatch(/secret|127\.0\.0\.1/);
    }
  });

  it('is alive whatever its upstreams are, and ready when they answer', async () => {
    const live = await call(service.url, 'GET', '/health');
    expect(live).toMatchObject({ status: 200, body: { status: 'healthy' } });
    expectDescribed('GET', '/health', live);
    const ready = await call(service.url, 'GET', '/health/ready');
    expect(ready.body.checks).toEqual({ 'query function': 'ok', 'internal API': 'ok' });
    expectDescribed('GET', '/health/ready', ready);
  });

  it('is not ready without an upstream, and says which', async () => {
    const alone = await startService();
    alone.internalApi.behaviour = 'hangs up';
    const answer = await call(alone.url, 'GET', '/health/ready');
    expect(answer).toMatchObject({ status: 503, body: { detail: 'Not reachable: internal API.' } });
    expectDescribed('GET', '/health/ready', answer);
    await alone.close();
  });

  it('says what it is and where its description stands', async () => {
    const { body } = await call(service.url, 'GET', '/');
    expect(body).toMatchObject({ name: 'notifications', version: '4.0.0' });
    for (const path of Object.values(body.links as Record<string, string>)) {
      expect(await call(service.url, 'GET', path)).toMatchObject({ status: 200 });
    }
  });

  it('publishes the API description without what is API Gateway’s', async () => {
    const { body, headers } = await call(service.url, 'GET', '/openapi.json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(body.paths)).toContain('/query/transaction');
    expect(JSON.stringify(body)).not.toMatch(/"x-|\$\{|amazon/);
  });

  it('has a page for people with all of its parts', async () => {
    const page = await call(service.url, 'GET', '/docs');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const parts = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => String(path));
    expect(parts.length).toBeGreaterThan(3);
    for (const path of parts) {
      expect(path).toMatch(/^\/docs\//);
      expect((await call(service.url, 'GET', path)).status).toBe(200);
    }
  });

  it.each(['/redoc', '/swagger', '/swagger-ui', '/api-docs'])('leads from %s there', async (address) => {
    const answer = await fetch(`${service.url}${address}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([308, '/docs']);
  });

  it.each<[string, Record<string, string>]>([
    ['nothing.js', {}],
    ['..%2fapp.ts', {}],
    ['%00', {}],
    ['reference.css', { range: 'bytes=99999999-' }],
    ['reference.css', { 'if-match': '"another"' }],
  ])('gives of /docs nothing but its files: not %s with %j', async (file, headers) => {
    const response = await fetch(`${service.url}/docs/${file}`, { headers });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'ROUTE.NOT_FOUND' });
  });

  it.each([
    ['x-request-id', 'caller-1'],
    ['x-amzn-trace-id', 'Root=1-67891233-abcdef012345678912345678'],
  ])('takes the id of the request from %s and gives it on', async (header, id) => {
    const response = await fetch(`${service.url}/fail`, { headers: { [header]: id } });
    expect(response.headers.get('x-request-id')).toBe(id);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(service.internalApi.requestIds).toContain(id);
  });

  it('makes an id where the caller’s is not fit for a log', async () => {
    const response = await fetch(`${service.url}/health`, { headers: { 'x-request-id': 'a b"{' } });
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  it('gives one answer to a request that is refused before its body breaks off', async () => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    const head =
      'POST /fail HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked';
    socket.write(`${head}\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`);
    await once(socket, 'close');
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 405']);
  });

  it('answers HEAD as GET, without the body', async () => {
    const answer = await call(service.url, 'HEAD', '/tx?transaction_id=tx_001');
    expect(answer).toMatchObject({ status: 200, body: '' });
  });
});

describe('a service under pressure', () => {
  it('refuses queries for a while, and stays alive', async () => {
    const service = await startService(ROWS, { maxHeapUsedBytes: 1 });
    await eventually(async () => {
      const answer = await call(service.url, 'GET', '/fail');
      expect(answer).toMatchObject({ status: 503, body: { code: 'SERVICE.BUSY' } });
      expect(answer.headers.get('retry-after')).toBe('1');
    });
    expect((await call(service.url, 'GET', '/health')).status).toBe(200);
    await service.close();
  });
});

describe('a service that stops', () => {
  it('finishes what is in flight and refuses what still comes over open connections', async () => {
    const service = await startService(ROWS);
    service.internalApi.behaviour = 'is silent';
    const inFlight = call(service.url, 'GET', '/fail');
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    // One request and the beginning of another: a connection like this is not idle and stays open.
    socket.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\nGET /fail HTTP/1.1\r\n');
    await eventually(() => expect(received).toContain('200 OK'));
    await eventually(() => expect(service.asked()).toEqual(['fail']));

    const closed = service.app.close();
    await eventually(() => expect(service.app.server.listening).toBe(false));
    socket.write('host: a\r\n\r\n');
    await once(socket, 'close');
    expect(received).toMatch(/503 [\s\S]*application\/problem\+json[\s\S]*"success":false/);

    service.internalApi.release();
    const answer = await inFlight;
    expect(answer).toMatchObject({ status: 200, body: { total_count: 2 } });
    expect(answer.headers.get('connection')).toBe('close');
    await closed;
    expect(service.asked()).toEqual(['fail']);
    await service.close();
  });
});

describe('the log', () => {
  it('has a line for each request and nothing about people in it', async () => {
    const lines: string[] = [];
    const logger = {
      ...(logOptions('info') as object),
      stream: { write: (line: string) => void lines.push(line) },
    };
    const service = await startService(ROWS, { logger });
    await call(service.url, 'GET', '/query/user?user_id=somebody-secret');
    await call(service.url, 'POST', '/query/transaction', { transaction_id: 'somebody-secret' });
    service.queryFunction.behaviour = 'crashes';
    await call(service.url, 'POST', '/query/user', { user_id: 'somebody-secret' });
    await call(service.url, 'GET', '/somebody-secret');
    await service.close();
    const logged = lines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'request');
    expect(logged.map(({ method, route, status }) => [method, route, status])).toEqual([
      ['GET', '/query/user', 200],
      ['POST', '/query/transaction', 200],
      ['POST', '/query/user', 502],
      ['GET', 'unknown', 404],
    ]);
    expect(logged[0]).toMatchObject({
      level: 'INFO',
      service: 'query-service',
      request_id: expect.any(String),
    });
    expect(lines.join('')).not.toContain('secret');
  });
});
