import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { parseJson } from '@notify/shared-domain';
import type { Item } from './item.ts';
import { sendAsJson } from './json-body.ts';

/** What one Query gives, as DynamoDB's JSON has it: binary values are base64. */
export interface JsonPage {
  readonly Items: readonly Item[];
  readonly LastEvaluatedKey?: Item;
  /** The size of the answer, of which the items are a part. */
  readonly bytes: number;
}

/**
 * A Query that is sent and whose answer is parsed as the JSON they are, for the SDK's serializers would walk each value by its schema,
 * which costs more than all else that reads a page. Everything else, errors too, is the SDK's. See ADR 0007. An answer that is no page
 * fails as the SDK's own reading would, with `$response`.
 *
 * @param input binary values in base64
 */
export const queryJson = async (dynamodb: DynamoDBClient, input: QueryCommandInput): Promise<JsonPage> =>
  (await dynamodb.send(new JsonQuery(input))) as unknown as JsonPage;

class JsonQuery extends QueryCommand {
  override resolveMiddleware(
    ...args: Parameters<QueryCommand['resolveMiddleware']>
  ): ReturnType<QueryCommand['resolveMiddleware']> {
    sendAsJson<QueryCommandInput>(this, ({ TableName }) => ({ TableName }));
    this.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const page = (result.response as Answer)[PAGE];
        return { ...result, output: { ...result.output, ...page } as typeof result.output };
      },
      { step: 'initialize', priority: 'high', name: 'givePage', override: true },
    );
    this.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const response = result.response as Answer;
        if (response.statusCode !== 200) return result;
        const body = await collect(response.body as AsyncIterable<Buffer>);
        response[PAGE] = { ...parsePage(body, response), bytes: body.length };
        // Nothing is left for the SDK to read.
        response.body = new Uint8Array();
        return result;
      },
      // Behind the SDK's own deserializer, which gets what this one leaves.
      { step: 'deserialize', priority: 'low', name: 'readPage', override: true },
    );
    return super.resolveMiddleware(...args);
  }
}

const PAGE = Symbol('page');

interface Answer {
  readonly statusCode: number;
  body: AsyncIterable<Buffer> | Uint8Array;
  [PAGE]?: JsonPage;
}

/** In one piece; `node:stream/consumers` makes a blob of it on the way, which costs as much as signing the request. */
const collect = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const parsePage = (body: Buffer, response: unknown): Omit<JsonPage, 'bytes'> => {
  const page = parseJson(body.toString()) as Omit<JsonPage, 'bytes'> | null | undefined;
  if (page && Array.isArray(page.Items)) return page;
  throw Object.assign(new SyntaxError('The answer to a Query is no page.'), { $response: response });
};
