import fc from 'fast-check';
import { CANARY, hostileJson, hostileText } from './corpus.ts';
import { KNOWN_IDS } from './hostile-request.ts';
import { leakIn } from './leaks.ts';
import type { Stage } from './stage.ts';
import type { Tally } from './tally.ts';

const IN_FLIGHT = 4;
const AGAIN = 3;

const parameters = fc.dictionary(hostileText, fc.oneof(hostileText, fc.constantFrom(...KNOWN_IDS)), {
  maxKeys: 3,
  noNullPrototype: false,
});

/** An event as API Gateway sends it, with hostile insides. */
const proxyEvents = (method: string, resource: string): fc.Arbitrary<string> =>
  fc
    .record({
      queryStringParameters: fc.option(parameters),
      multiValueQueryStringParameters: fc.option(
        fc.dictionary(hostileText, fc.array(hostileText, { maxLength: 2 }), {
          maxKeys: 2,
          noNullPrototype: false,
        }),
      ),
      headers: fc.option(fc.dictionary(hostileText, hostileText, { maxKeys: 3, noNullPrototype: false })),
      body: fc.option(fc.oneof(hostileJson, hostileText)),
    })
    .map((event) =>
      JSON.stringify({
        httpMethod: method,
        resource,
        path: resource,
        requestContext: { requestId: 'fuzz', resourcePath: resource, httpMethod: method, stage: 'v1' },
        isBase64Encoded: false,
        ...event,
      }),
    );

const directQueries = fc
  .oneof(
    hostileJson,
    fc
      .record(
        {
          query_type: fc.oneof(
            fc.constantFrom('user', 'marketing', 'failures', 'transaction', 'fail'),
            hostileText,
          ),
          user_id: fc.oneof(fc.constantFrom(...KNOWN_IDS), hostileText),
          marketing_id: fc.oneof(fc.constantFrom(...KNOWN_IDS), fc.jsonValue()),
          transaction_id: fc.oneof(fc.constantFrom(...KNOWN_IDS), fc.jsonValue()),
          limit: fc.oneof(fc.integer({ min: -1, max: 1001 }), fc.double(), fc.jsonValue()),
          from: fc.option(fc.oneof(fc.integer(), hostileText), { nil: undefined }),
          cursor: fc.option(fc.oneof(hostileText, fc.constant(CANARY)), { nil: undefined }),
        },
        { requiredKeys: ['query_type'] },
      )
      .map((event) => JSON.stringify(event)),
  )
  .filter(isJson);

/** Hostile questions about the pipeline; what is private in commands must not come out by them. */
const directReports = fc
  .record(
    {
      query_type: fc.constantFrom('explain', 'quarantine', 'status', '__proto__'),
      transaction_id: hostileText,
      created_at: fc.oneof(fc.integer(), fc.double(), hostileText),
      code: hostileText,
      limit: fc.oneof(fc.integer(), hostileText),
      cursor: hostileText,
    },
    { requiredKeys: ['query_type'] },
  )
  .map((event) => JSON.stringify(event))
  .filter(isJson);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const EVENTS: readonly (readonly [functionName: string, events: fc.Arbitrary<string>])[] = [
  ['query-result-lambda', directQueries],
  ['query-result-lambda', proxyEvents('GET', '/tx')],
  ['query-result-lambda', proxyEvents('GET', '/fail')],
  ['pipeline-query-lambda', directReports],
  ['pipeline-query-lambda', proxyEvents('GET', '/explain')],
  ['pipeline-query-lambda', proxyEvents('GET', '/quarantine')],
  ['query-lambda', proxyEvents('GET', '/query/user')],
  ['user-command-lambda', proxyEvents('POST', '/command')],
  ['user-list-lambda', proxyEvents('GET', '/list')],
  ['user-detail-lambda', proxyEvents('GET', '/detail')],
];

/** Invokes the functions with hostile events: each answers, and none dies of it. */
export const fuzzInvocations = async (
  { stack }: Stage,
  tally: Tally,
  { seed, count }: { seed: number; count: number },
): Promise<void> => {
  const share = Math.ceil(count / EVENTS.length);
  for (const [index, [name, events]] of EVENTS.entries()) {
    const queue = fc.sample(events, { seed: seed + index, numRuns: share });
    const work = async (): Promise<void> => {
      for (let event = queue.pop(); event !== undefined; event = queue.pop()) {
        tally.requests++;
        let result = await stack.functions.get(name)?.invoke(event);
        // A machine that is busy is late with any event; one that is late by itself is late again.
        for (let again = 0; again < AGAIN && result?.payload.includes('"Sandbox.Timedout"'); again++)
          result = await stack.functions.get(name)?.invoke(event);
        const replay = [
          `pnpm fuzz --seed ${seed}`,
          `lambda invoke --function-name ${name} --payload ${JSON.stringify(event.slice(0, 2_000))}`,
        ];
        if (!result || result.functionError)
          tally.add([['server_errors', result?.payload.slice(0, 300) ?? 'no answer']], name, replay);
        else tally.add(judgePayload(result.payload), name, replay);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  }
};

const judgePayload = (payload: string): ['server_errors' | 'schema_breaks' | 'leaks', string][] => {
  const { statusCode, status = statusCode } = (JSON.parse(payload) ?? {}) as {
    statusCode?: number;
    status?: number;
  };
  const leak = leakIn(payload, status ?? 200);
  if (leak !== undefined)
    return [['leaks', `the answer holds ${JSON.stringify(leak)}: ${payload.slice(0, 300)}`]];
  if (status === undefined)
    return payload.startsWith('{"success":true') ? [] : [['schema_breaks', payload.slice(0, 300)]];
  return status >= 500 && !payload.includes('READ_MODEL.BEHIND')
    ? [['server_errors', payload.slice(0, 300)]]
    : [];
};
