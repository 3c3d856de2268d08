/** A request as the gateway sees it: the path without API and stage, the body whole. */
export interface GatewayRequest {
  readonly requestId: string;
  readonly stage: string;
  readonly httpMethod: string;
  /** With a leading slash, decoded. */
  readonly path: string;
  /** The same with all that stands before it, as it was sent. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** The query as it was sent, without the question mark. */
  readonly rawQuery: string;
  /** Name (as sent) and values. */
  readonly headers: Record<string, string[]>;
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly receivedAt: Date;
}

export interface GatewayResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | string;
}

/** All values of a header, whatever its case. */
export const headerValues = (request: GatewayRequest, name: string): string[] =>
  Object.entries(request.headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? [];

/** The media type of the body without its parameters; API Gateway takes JSON when none is named. */
export const mediaType = (request: GatewayRequest): string =>
  headerValues(request, 'content-type')[0]?.split(';')[0]?.trim().toLowerCase() || 'application/json';
