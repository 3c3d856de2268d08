import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type PassedOn, passOn } from '@notify/toolchain';

/** What a proxy does to the requests that come while it is set. */
export type Fault = (
  outgoing: ServerResponse,
  incoming: IncomingMessage,
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

const TEN_MEGABYTES = Buffer.concat([
  Buffer.from('{"success":true,"count":0,'),
  Buffer.alloc(10 * 2 ** 20, ' '),
]);

/** The ways in which an upstream fails, by name. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'answers 500': (outgoing) => outgoing.writeHead(500).end('{"message":"Internal server error"}'),
  hangs: () => {},
  resets: (_, incoming) => incoming.socket.resetAndDestroy(),
  'sends garbage': (outgoing, incoming) =>
    Math.random() < 0.5
      ? incoming.socket.end(Buffer.from('\x00\xff not HTTP at all \r\n\r\n', 'latin1'))
      : outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'),
  'sends 10 MB': (outgoing) =>
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(TEN_MEGABYTES),
  'sends half an answer': async (outgoing, _, forward) => {
    const { status, headers, body } = await forward();
    outgoing.writeHead(status, { ...headers, 'content-length': String(body.length) });
    outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
  },
};

/** DynamoDB's word for too many requests. */
export const throttled: Fault = (outgoing) =>
  outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(
    JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      message: 'The level of configured provisioned throughput for the table was exceeded.',
    }),
  );

/** Stands between two pieces of a system, on a free port, and fails as it is told. */
export const startFaultProxy = async (): Promise<FaultProxy> => {
  let fault: Fault | undefined;
  const open = new Set<ServerResponse>();
  const server = createServer((incoming, outgoing) => {
    open.add(outgoing);
    outgoing.once('close', () => open.delete(outgoing));
    const forward = async () =>
      passOn(incoming, new URL(incoming.url ?? '', proxy.target), await buffer(incoming));
    const answered = fault
      ? Promise.resolve(fault(outgoing, incoming, forward))
      : forward().then(({ status, headers, body }) => outgoing.writeHead(status, headers).end(body));
    // Whoever asked sees a connection that ends.
    answered.catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    set: (next) => {
      const hangs = fault === FAULTS['hangs'];
      fault = next;
      if (hangs) for (const outgoing of open) outgoing.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
};
