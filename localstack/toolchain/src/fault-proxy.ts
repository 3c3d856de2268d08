import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type PassedOn, passOn } from './pass-on.ts';

/** What a proxy does to the requests that come while it is set. */
export type Fault = (
  outgoing: ServerResponse,
  incoming: IncomingMessage,
  /** What the target answers. */
  forward: () => Promise<PassedOn>,
) => unknown;

export interface FaultProxy {
  readonly url: string;
  /** Where requests go on to, once it is known. */
  target: string;
  /** Undefined lets everything through. Ends the requests that the one before has left hanging, as a restart would. */
  set(fault: Fault | undefined): void;
  close(): Promise<void>;
}

/** Stands between two pieces of a system, on a free port, and fails as it is told. */
export const startFaultProxy = async (target = ''): Promise<FaultProxy> => {
  let fault: Fault | undefined;
  const hanging = new Set<ServerResponse>();
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const forward = async () =>
      passOn(incoming, new URL(incoming.url ?? '', proxy.target), await buffer(incoming));
    if (!fault) {
      const { status, headers, body } = await forward();
      outgoing.writeHead(status, headers).end(body);
      return;
    }
    await fault(outgoing, incoming, forward);
    if (outgoing.writableEnded) return;
    hanging.add(outgoing);
    outgoing.once('close', () => hanging.delete(outgoing));
  };
  const server = createServer((incoming, outgoing) => {
    // Whoever asked sees a connection that ends.
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    set: (next) => {
      fault = next;
      for (const outgoing of hanging) outgoing.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
};
