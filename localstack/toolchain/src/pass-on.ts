import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface PassedOn {
  readonly status: number;
  /** Without those of the connection that it came by. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Sends a request on to another server, for what stands between two pieces of a system.
 *
 * @param to the whole address
 * @param body what is sent instead of what came
 */
export const passOn = async (incoming: IncomingMessage, to: URL, body: Buffer): Promise<PassedOn> => {
  const { connection: _, 'transfer-encoding': __, ...headers } = incoming.headers;
  const outgoing = request(to, {
    method: incoming.method,
    headers: { ...headers, host: to.host, 'content-length': String(body.length) },
  });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const { connection: ___, 'transfer-encoding': ____, ...answered } = response.headers;
  return { status: response.statusCode ?? 502, headers: answered, body: await buffer(response) };
};
