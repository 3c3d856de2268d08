import {
  type Answer,
  functionEnvelope,
  type NotificationReader,
  parseQuery,
  parseQueryType,
  routeOf,
  toAnswer,
} from '@notify/shared-domain';

/** Answers `{query_type, …}` as the clients of that query's generation read it. */
export const answerInvocation =
  (reader: NotificationReader) =>
  async ({ query_type, ...input }: Readonly<Record<string, unknown>>): Promise<Answer> => {
    const query = parseQuery(parseQueryType(query_type), input);
    return toAnswer(functionEnvelope(routeOf(query.query_type)), query, await reader.read(query));
  };
