import { type QueryRoute, toQueryParameters } from '@notify/shared-domain';

/** One request, ready to be sent. */
interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What an exchange may cost. */
export interface Bounds {
  /** Milliseconds until the answer must be there, with its body. */
  readonly timeoutMs: number;
  /** The largest body to take. */
  readonly maxBytes: number;
  /** Ends the exchange; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** An answer, whole, whatever it is. */
export interface Reply {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  /** Undefined when it is more than is taken. */
  readonly text: string | undefined;
}

/**
 * Sends a request and reads its answer. Follows no redirects. Rejects with an error named `TimeoutError` when the answer is late, and with
 * any other when there is none.
 */
export type Transport<Received extends Reply = Reply> = (
  request: OutgoingRequest,
  bounds: Bounds,
) => Promise<Received>;

export interface Exchange {
  readonly baseUrl: string;
  readonly sign?: ((request: Request) => Request | Promise<Request>) | undefined;
  readonly maxBytes?: number | undefined;
}

const MAX_BYTES = 10 * 2 ** 20;
const ACCEPT = 'application/json, application/problem+json';

/** Sends one request and reads its answer, whatever that is. Rejects as the transport does. */
export const exchange = async <Received extends Reply>(
  transport: Transport<Received>,
  { baseUrl, sign, maxBytes = MAX_BYTES }: Exchange,
  { method, path }: Pick<QueryRoute, 'method' | 'path'>,
  input: object,
  headers: Readonly<Record<string, string>>,
  bounds: Omit<Bounds, 'maxBytes'>,
): Promise<Received> => {
  const url = baseUrl.replace(/\/+$/, '') + path;
  const request =
    method === 'GET'
      ? { method, url: `${url}?${queryOf(input)}`, headers: { accept: ACCEPT, ...headers } }
      : {
          method,
          url,
          headers: { 'content-type': 'application/json', accept: ACCEPT, ...headers },
          body: JSON.stringify(input),
        };
  return transport(sign ? await signed(request, sign) : request, { ...bounds, maxBytes });
};

/** With spaces as %20: those who verify a signature take a plus for a plus. */
const queryOf = (input: object): string => toQueryParameters(input).toString().replaceAll('+', '%20');

const signed = async (
  { url, ...init }: OutgoingRequest,
  sign: NonNullable<Exchange['sign']>,
): Promise<OutgoingRequest> => {
  const request = await sign(new Request(url, init));
  return { ...init, method: request.method, url: request.url, headers: Object.fromEntries(request.headers) };
};

/** By the fetch that every runtime has. */
export const fetchTransport: Transport<Reply & { readonly headers: Headers }> = async (
  { url, ...init },
  { timeoutMs, maxBytes, signal },
) => {
  const deadline = AbortSignal.timeout(Math.max(0, Math.ceil(timeoutMs)));
  const response = await fetch(url, {
    ...init,
    redirect: 'manual',
    signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
  });
  const { status, headers } = response;
  return { status, headers, text: await readBody(response, maxBytes) };
};

/** The body as text; undefined when it is larger than we take. */
const readBody = async ({ body }: Response, maxBytes: number): Promise<string | undefined> => {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  // Not every browser has streams that can be iterated over.
  const reader = body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    size += read.value.byteLength;
    if (size > maxBytes) {
      await reader?.cancel();
      return undefined;
    }
    text += decoder.decode(read.value, { stream: true });
  }
  return text + decoder.decode();
};
