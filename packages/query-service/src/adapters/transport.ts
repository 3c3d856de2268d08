import type { Transport } from '@notify/client';
import type { SignableRequest } from '@notify/request-signing';
import type { Send } from './send.ts';

/** Signs a request: gives all headers to send it with. */
export type SignHeaders = (request: SignableRequest) => Promise<Record<string, string>>;

/** The client's way to send requests, over the connections of the service. */
export const createTransport =
  (send: Send, sign?: SignHeaders): Transport =>
  async (request, bounds) => {
    const { method, url, body } = request;
    const pathAt = url.indexOf('/', url.indexOf('://') + 3);
    const headers = sign ? await sign(request) : request.headers;
    const reply = await send(
      { method, origin: url.slice(0, pathAt), path: url.slice(pathAt), headers, body },
      bounds,
    );
    return {
      status: reply.status,
      headers: { get: (name) => reply.headers[name]?.toString() ?? null },
      text: reply.body?.toString(),
    };
  };
