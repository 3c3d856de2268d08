import { type QueryRoute, toQueryParameters } from '@notify/shared-domain';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; undefined when it is none, or more than is taken. */
  readonly body: unknown;
}

export interface Exchange {
  readonly baseUrl: string;
  readonly sign?: ((request: Request) => Request | Promise<Request>) | undefined;
  readonly maxBytes?: number | undefined;
}

/** Sends one request and reads its answer, whatever that is. Rejects as fetch does. */
export const exchange = async (
  { baseUrl, sign = (request) => request, maxBytes = 10 * 2 ** 20 }: Exchange,
  { method, path }: Pick<QueryRoute, 'method' | 'path'>,
  input: object,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> => {
  const accept = { accept: 'application/json, application/problem+json', ...headers };
  const url = baseUrl.replace(/\/+$/, '') + path;
  const request =
    method === 'GET'
      ? new Request(`${url}?${toQueryParameters(input)}`, { headers: accept })
      : new Request(url, {
          method,
          headers: { 'content-type': 'application/json', ...accept },
          body: JSON.stringify(input),
        });
  const response = await fetch(await sign(request), { redirect: 'manual', signal });
  const text = await readBody(response, maxBytes);
  return { status: response.status, headers: response.headers, body: parse(text) };
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

const parse = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};
