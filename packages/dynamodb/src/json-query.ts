import { buffer } from 'node:stream/consumers';
import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { parseJson } from '@notify/shared-domain';
import type { Item } from './item.ts';

/** What one Query gives, as DynamoDB's JSON has it: binary values are base64. */
export interface JsonPage {
  readonly Items: readonly Item[];
  readonly LastEvaluatedKey?: Item;
  /** The size of the answer, of which the items are a part. */
  readonly bytes: number;
}

/**
 * A Query whose answer is parsed as the JSON it is. The SDK's deserializer would walk each value of each item by its schema, which
 * costs more than all else that reads a page. Everything else, errors too, is the SDK's. See ADR 0007, which does the same for
 * what is sent. An answer that is none fails as the SDK's own reading would, with `$response`.
 */
export const queryJson = async (dynamodb: DynamoDBClient, input: QueryCommandInput): Promise<JsonPage> => {
  const command = new QueryCommand(input);
  let page: JsonPage = { Items: [], bytes: 0 };
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: NodeJS.ReadableStream | Uint8Array };
      if (response.statusCode !== 200) return result;
      const body = await buffer(response.body as NodeJS.ReadableStream);
      page = { ...parsePage(body, result.response), bytes: body.length };
      // Nothing is left for the SDK to read.
      response.body = new Uint8Array();
      return result;
    },
    // Behind the SDK's own deserializer, which gets what this one leaves.
    { step: 'deserialize', priority: 'low' },
  );
  await dynamodb.send(command);
  return page;
};

const parsePage = (body: Buffer, response: unknown): Omit<JsonPage, 'bytes'> => {
  const page = parseJson(body.toString()) as Omit<JsonPage, 'bytes'> | null | undefined;
  if (page && Array.isArray(page.Items)) return page;
  throw Object.assign(new SyntaxError('The answer to a Query is no page.'), { $response: response });
};
