import fc from 'fast-check';
import type { Operation } from './api.ts';
import { CANARY, hostileJson, hostileNumber, hostileText, hostileTime } from './corpus.ts';

export interface HostileRequest {
  /** What it asks; undefined when its path or method is of no operation. */
  readonly operation: Operation | undefined;
  readonly method: string;
  /** Path and query as they go over the wire. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | undefined;
}

/** What the stack holds, so that some requests find something. */
export const KNOWN_IDS = Array.from({ length: 8 }, (_, index) => `${CANARY}-known-${index}`);

/** Percent-encodes as UTF-8, lone surrogates too, each by its three bytes, as no decent client would. */
const encode = (text: string): string => {
  let encoded = '';
  for (const character of text) {
    const unit = character.charCodeAt(0);
    encoded +=
      character.length === 1 && unit >= 0xd800 && unit <= 0xdfff
        ? `%${(0xe0 | (unit >> 12)).toString(16)}%${(0x80 | ((unit >> 6) & 0x3f)).toString(16)}%${(0x80 | (unit & 0x3f)).toString(16)}`
        : encodeURIComponent(character);
  }
  return encoded;
};

/** Mostly right, for a request with one thing wrong gets further than one with all. */
const someValue = (name: string, allowed: readonly string[] | undefined): fc.Arbitrary<string> => {
  const right: fc.Arbitrary<string> = allowed
    ? fc.constantFrom(...allowed)
    : name === 'limit'
      ? fc.integer({ min: 1, max: 50 }).map(String)
      : name === 'from' || name === 'to'
        ? hostileTime
        : name === 'at_least'
          ? fc.constantFrom('1', '0'.repeat(19).concat('1'))
          : fc.constantFrom(...KNOWN_IDS);
  const wrong = name === 'limit' ? hostileNumber : hostileText;
  return fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: wrong });
};

const queryOf = ({ parameters }: Operation): fc.Arbitrary<string> => {
  const named = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) =>
      fc
        .tuple(
          fc.array(someValue(name, schema.enum), { minLength: 1, maxLength: 2 }),
          fc.integer({ min: 0, max: 9 }),
          fc.boolean(),
        )
        .map(([[first = '', second = first], dice, present]) => {
          // Whoever asks for what has not come waits for two seconds: a few do.
          if (name === 'at_least' ? dice < 9 : isOptional(name) && !present) return [];
          const pair = `${name}=${encode(first)}`;
          return dice === 0 ? [] : dice === 1 ? [pair, `${name}=${encode(second)}`] : [pair];
        }),
    );
  const odd = fc.oneof(
    { weight: 8, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(hostileText, hostileText)
        .map(([name, value]) => [`${encode(name)}=${encode(value)}`]),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ['%ff=%fe'],
        ['='],
        ['&&&'],
        ['a'.repeat(3_000)],
        ['%'],
        ['x=%zz'],
        ['[]=1'],
      ),
    },
  );
  return fc.tuple(fc.tuple(...named), odd).map(([pairs, more]) => [...pairs.flat(), ...more].join('&'));
};

const isOptional = (name: string): boolean => !['user_id', 'transaction_id', 'marketing_id'].includes(name);

const bodyOf = (members: readonly string[]): fc.Arbitrary<string> => {
  const value = (name: string): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 5, arbitrary: rightMember(name) },
      { weight: 1, arbitrary: hostileText.map((text) => JSON.stringify(text)) },
      { weight: 1, arbitrary: hostileJson },
    );
  const pairs = members.map((name) =>
    fc
      .tuple(value(name), fc.integer({ min: 0, max: 9 }))
      .map(([text, dice]) =>
        dice < (isOptional(name) && !['event_type', 'payload'].includes(name) ? 6 : 1)
          ? []
          : dice === 9
            ? [`${JSON.stringify(name)}:${text}`, `${JSON.stringify(name)}:${text}`]
            : [`${JSON.stringify(name)}:${text}`],
      ),
  );
  const object = fc.tuple(...pairs).map((texts) => `{${texts.flat().join(',')}}`);
  return fc.oneof({ weight: 5, arbitrary: object }, { weight: 1, arbitrary: hostileJson });
};

const rightMember = (name: string): fc.Arbitrary<string> => {
  switch (name) {
    case 'limit':
      return fc.integer({ min: 1, max: 50 }).map(String);
    case 'from':
    case 'to':
      return hostileTime.map((time) =>
        /^\d+$/.test(time) && time.length < 14 ? time : JSON.stringify(time),
      );
    case 'order':
      return fc.constantFrom('"asc"', '"desc"');
    case 'status':
      return fc.constantFrom('"SENT"', '"DELIVERED"', '"FAILED"');
    case 'platform':
      return fc.constantFrom('"IOS"', '"ANDROID"', '"WEBPUSH"');
    case 'event_type':
      return fc.constantFrom('"USER_CREATED"', '"USER_BALANCE"', '"USER_UPDATED"');
    case 'payload':
      return fc.oneof(
        fc
          .record({ name: hostileText, email: fc.constantFrom(`${CANARY}@example.com`, 'x', '') })
          .map((payload) => JSON.stringify(payload)),
        fc.oneof(hostileNumber, fc.integer().map(String)).map((delta) => `{"delta":${delta}}`),
        hostileJson,
      );
    default:
      return fc.constantFrom(...KNOWN_IDS).map((id) => JSON.stringify(id));
  }
};

const headersOf = (operation: Operation): fc.Arbitrary<HostileRequest['headers']> => {
  const type =
    operation.members === undefined
      ? fc.constant([])
      : fc.oneof(
          { weight: 12, arbitrary: fc.constant([['content-type', 'application/json'] as const]) },
          {
            weight: 1,
            arbitrary: fc
              .constantFrom(
                'text/plain',
                'application/xml',
                '',
                'application/json; charset=utf-16',
                'a/b/c',
                'multipart/form-data',
              )
              .map((value) => [['content-type', value] as const]),
          },
        );
  const odd = fc.oneof(
    { weight: 10, arbitrary: fc.constant([]) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom(
            '__proto__',
            'constructor',
            'toString',
            'x-request-id',
            'idempotency-key',
            'accept',
            'x-amzn-trace-id',
            'range',
            'if-match',
            'accept-encoding',
            'cookie',
            'x-forwarded-for',
            'content-encoding',
          ),
          fc.oneof(
            hostileText.map(asHeaderValue),
            fc.constantFrom('gzip', 'bytes=9-1', '*/*;q=x', '', 'a'.repeat(9_000)),
          ),
        )
        // The id of a request is its sender's, and is for the log.
        .map(([name, value]) => [
          [
            name,
            /^x-(request|amzn-trace)-id$/.test(name) ? value.replaceAll(CANARY, 'request') : value,
          ] as const,
        ]),
    },
  );
  return fc.tuple(type, odd).map((pairs) => pairs.flat());
};

/** What a header may hold at all: Latin-1 without controls. */
const asHeaderValue = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').trim();

const PATHS = [
  '/%ff',
  '//',
  '/%00',
  '/..%2f..%2fetc/passwd',
  '/%2e%2e/%2e%2e/',
  '/tx/',
  '/TX',
  '/tx%2f',
  '/query/',
  '/query/user/x',
  '/query//user',
  '/__proto__',
  '/constructor',
  '/toString',
  '/docs/static/%2e%2e/package.json',
  '/%zz',
  '/tx;a=b',
  '/*',
  `/${'a'.repeat(5_000)}`,
] as const;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'] as const;

/** Requests to an API: most to its operations with something wrong, a few past them. */
export const hostileRequests = (operations: readonly Operation[]): fc.Arbitrary<HostileRequest> => {
  const paths = new Map<string, Set<string>>();
  for (const { path, method } of operations) paths.set(path, (paths.get(path) ?? new Set()).add(method));
  const toOperation = fc.constantFrom(...operations).chain((operation) =>
    fc
      .record({
        query: queryOf(operation),
        headers: headersOf(operation),
        body: operation.members ? bodyOf(operation.members) : fc.constant(undefined),
      })
      .map(
        ({ query, headers, body }): HostileRequest => ({
          operation,
          method: operation.method,
          target: query === '' ? operation.path : `${operation.path}?${query}`,
          headers,
          body,
        }),
      ),
  );
  const otherMethod = fc
    .constantFrom(...operations)
    .chain(({ path }) =>
      fc
        .constantFrom(...METHODS.filter((method) => !paths.get(path)?.has(method)))
        .map((method) => ({ path, method })),
    )
    .map(
      ({ path, method }): HostileRequest => ({
        operation: undefined,
        method,
        target: path,
        headers: [],
        body: undefined,
      }),
    );
  const otherPath = fc.tuple(fc.constantFrom(...METHODS), fc.constantFrom(...PATHS), hostileText).map(
    ([method, path, text]): HostileRequest => ({
      operation: undefined,
      method,
      target: path === '/*' ? `/${encode(text)}` : path,
      headers: [],
      body: undefined,
    }),
  );
  return fc.oneof(
    { weight: 18, arbitrary: toOperation },
    { weight: 1, arbitrary: otherMethod },
    { weight: 1, arbitrary: otherPath },
  );
};
