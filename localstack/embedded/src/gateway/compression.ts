import { gzipSync } from 'node:zlib';
import { type GatewayRequest, type GatewayResponse, headerValues } from './gateway-request.ts';

/**
 * The answer as a client gets it that takes gzip, when it is of the size from which the API compresses; see
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
 */
export const compressed = (
  response: GatewayResponse,
  request: GatewayRequest,
  minimumBytes: number | undefined,
): GatewayResponse => {
  const body = Buffer.from(response.body);
  const takes = headerValues(request, 'accept-encoding').some((value) =>
    /(^|,)\s*(gzip|\*)\s*(,|;|$)/.test(value),
  );
  const isEncoded = 'content-encoding' in response.headers;
  if (minimumBytes === undefined || body.length < minimumBytes || !takes || isEncoded) return response;
  return {
    ...response,
    headers: { ...response.headers, 'content-encoding': 'gzip' },
    body: gzipSync(body),
  };
};
