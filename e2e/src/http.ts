export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed from JSON; undefined when there is none. */
  readonly body: unknown;
}

/** Sends requests as they stand, so that what is asserted are the bytes and headers that came. */
export interface Http {
  readonly send: (url: string, request?: RequestInit) => Promise<HttpAnswer>;
  readonly get: (url: string, query?: object) => Promise<HttpAnswer>;
  /** @param body an object is sent as JSON, a text as it is */
  readonly post: (
    url: string,
    body: object | string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<HttpAnswer>;
}

/** Signs what has to be signed, and leaves the rest as it is. */
export type Sign = (request: Request) => Request | Promise<Request>;

export const createHttp = (sign: Sign): Http => {
  const send: Http['send'] = async (url, request) => {
    const response = await fetch(await sign(new Request(url, request)));
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  return {
    send,
    get: (url, query = {}) => {
      const parameters = new URLSearchParams(
        Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
      );
      return send(parameters.size > 0 ? `${url}?${parameters}` : url);
    },
    post: (url, body, headers = {}) =>
      send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
};
