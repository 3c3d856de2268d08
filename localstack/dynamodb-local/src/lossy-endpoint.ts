import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { passOn } from '@notify/toolchain';

export interface LossyEndpoint {
  readonly url: string;
  /** How many answers were lost. */
  readonly lost: () => number;
  close(): void;
}

/**
 * Passes on to an endpoint, which executes each request; of those whose answer is to be lost the connection is reset in its place.
 *
 * @param loses asked with the operation (`PutItem`) of each request, the SDK's own tries among them
 */
export const lossyEndpoint = async (
  target: string,
  loses: (operation: string) => boolean,
): Promise<LossyEndpoint> => {
  let lost = 0;
  const server = createServer(async (request, response) => {
    try {
      const answer = await passOn(request, new URL(request.url ?? '/', target), await buffer(request));
      const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
      if (!loses(operation)) return void response.writeHead(answer.status, answer.headers).end(answer.body);
      lost += 1;
      request.socket.resetAndDestroy();
    } catch {
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => lost,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
