export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed from JSON; undefined when there is none. */
  readonly body: unknown;
}

/** A request as it stands, so that what is asserted are the bytes and headers that came. */
export const send = async (url: string, request: RequestInit = {}): Promise<HttpAnswer> => {
  const response = await fetch(url, request);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
};

export const get = (url: string, query: object = {}): Promise<HttpAnswer> => {
  const parameters = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return send(parameters.size > 0 ? `${url}?${parameters}` : url);
};

/** @param body an object is sent as JSON, a text as it is */
export const post = (
  url: string,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> =>
  send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
