import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { GatewayError } from './gateway-errors.ts';
import type { GatewayRequest, GatewayResponse } from './gateway-request.ts';

export interface HttpTarget {
  readonly uri: string;
  readonly httpMethod: string;
  readonly timeoutInMillis: number;
}

/** Headers that belong to one connection (RFC 9110, 7.6.1) or are made anew for the next. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const endToEnd = <Value>(headers: Record<string, Value | undefined>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.has(name.toLowerCase()) ? [] : [[name, value]],
    ),
  );

const agent = new Agent({ keepAlive: true });

/**
 * Passes a request on and its answer back.
 * @throws GatewayError `INTEGRATION_TIMEOUT`, `INTEGRATION_FAILURE`
 */
export const httpProxy = async (target: HttpTarget, request: GatewayRequest): Promise<GatewayResponse> => {
  const signal = AbortSignal.timeout(target.timeoutInMillis);
  try {
    return await send(target, request, signal);
  } catch {
    throw new GatewayError(signal.aborted ? 'INTEGRATION_TIMEOUT' : 'INTEGRATION_FAILURE');
  }
};

const send = (target: HttpTarget, request: GatewayRequest, signal: AbortSignal): Promise<GatewayResponse> =>
  new Promise((resolve, reject) => {
    const url = new URL(target.uri);
    url.search = request.rawQuery;
    const method = target.httpMethod.toUpperCase() === 'ANY' ? request.httpMethod : target.httpMethod;
    const headers = { ...endToEnd(request.headers), 'content-length': String(request.body.length) };
    const outgoing = httpRequest(url, { method, headers, agent, signal }, async (incoming) => {
      try {
        const chunks: Buffer[] = await incoming.toArray();
        resolve({
          statusCode: incoming.statusCode ?? 502,
          headers: endToEnd<NonNullable<IncomingHttpHeaders[string]>>(incoming.headers),
          body: Buffer.concat(chunks),
        });
      } catch (error) {
        reject(error);
      }
    });
    outgoing.once('error', reject);
    outgoing.end(request.body);
  });
