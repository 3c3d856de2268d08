import type { Fault } from '@notify/toolchain';

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
