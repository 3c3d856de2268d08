import { startFaultProxy } from '@notify/toolchain';

export interface LossyEndpoint {
  readonly url: string;
  /** How many answers were lost. */
  readonly lost: () => number;
  readonly close: () => Promise<void>;
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
  const proxy = await startFaultProxy(target);
  proxy.set(async (outgoing, incoming, forward) => {
    const { status, headers, body } = await forward();
    const [, operation = ''] = String(incoming.headers['x-amz-target']).split('.');
    if (!loses(operation)) return outgoing.writeHead(status, headers).end(body);
    lost += 1;
    return incoming.socket.resetAndDestroy();
  });
  return { url: proxy.url, lost: () => lost, close: proxy.close };
};
