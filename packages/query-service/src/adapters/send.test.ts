import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { createSend, type SendBounds } from './send.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

const serve = async (listener: RequestListener) => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = createSend(1_000);
  return (bounds: Partial<SendBounds> = {}, body?: string) =>
    send(
      { method: body === undefined ? 'GET' : 'POST', origin, path: '/a?b=c', headers: { x: 'y' }, body },
      { timeoutMs: 5_000, maxBytes: 100, ...bounds },
    );
};

describe('what is sent', () => {
  it('arrives as it is, and so does the answer', async () => {
    const ask = await serve(({ method, url, headers }, response) =>
      response.writeHead(418, { z: '1' }).end(`${method} ${url} ${headers['x']} ${headers['user-agent']} 語`),
    );
    const { status, headers, body } = await ask({}, '{}');
    expect([status, headers['z'], body?.toString()]).toEqual([
      418,
      '1',
      'POST /a?b=c y notify-query-service 語',
    ]);
  });

  it('comes back whole from pieces', async () => {
    const ask = await serve((_, response) => {
      response.write(Buffer.from('語').subarray(0, 1), () => response.end(Buffer.from('語').subarray(1)));
    });
    expect((await ask()).body?.toString()).toBe('語');
  });

  it('comes back without what is too large', async () => {
    const ask = await serve((_, response) => response.end('x'.repeat(101)));
    expect(await ask()).toMatchObject({ status: 200, body: undefined });
  });

  it.each<[string, RequestListener]>([
    ['nothing', () => undefined],
    ['half a body', (_, response) => response.writeHead(200, { 'content-length': '9' }).write('half')],
  ])('is given up on when it brings %s in time', async (_, listener) => {
    const ask = await serve(listener);
    await expect(ask({ timeoutMs: 50 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('is given up on when it is in vain, and when nobody wants it any more', async () => {
    const hangsUp = await serve(({ socket }) => socket.destroy());
    await expect(hangsUp()).rejects.toThrow();
    const isSilent = await serve(() => undefined);
    const ending = new AbortController();
    const asked = isSilent({ signal: ending.signal });
    ending.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await expect(isSilent({ signal: ending.signal })).rejects.toThrow('enough');
  });

  it('waits for a connection, never longer than it may, and goes no more when that is over', async () => {
    const held: (() => void)[] = [];
    let hold = true;
    let asked = 0;
    const ask = await serve((_, response) => {
      asked++;
      if (hold) held.push(() => response.end('late'));
      else response.end('at once');
    });
    const first = Array.from({ length: 64 }, () => ask());
    await eventually(() => expect(held).toHaveLength(64));
    const impatient = ask({ timeoutMs: 20 });
    const patient = ask();
    await expect(impatient).rejects.toMatchObject({ name: 'TimeoutError' });
    hold = false;
    for (const release of held) release();
    expect((await patient).body?.toString()).toBe('at once');
    await Promise.all(first);
    expect(asked).toBe(65);
  });
});
