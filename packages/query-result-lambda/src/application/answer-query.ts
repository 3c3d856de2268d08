import {
  type AnswerOf,
  type NotificationQuery,
  type NotificationReader,
  readPage,
  toAnswer,
} from '@notify/shared-domain';

/** Reads the page that a query asks for and gives it in the body of the query's generation of the API. */
export const createAnswerQuery =
  (reader: NotificationReader) =>
  async <Q extends NotificationQuery>(query: Q): Promise<AnswerOf<Q['query_type']>> =>
    toAnswer(query, await readPage(reader, query));
