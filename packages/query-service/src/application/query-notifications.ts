import { type NotificationQuery, type NotificationReader, type Page, routeOf } from '@notify/shared-domain';

/** Asks for notifications where the clients of each generation always got theirs. */
export class QueryNotifications implements NotificationReader {
  readonly #function: NotificationReader;
  readonly #internalApi: NotificationReader;

  /**
   * @param queryFunction answers the queries of V1 and V3
   * @param internalApi answers those of V4
   */
  constructor(queryFunction: NotificationReader, internalApi: NotificationReader) {
    this.#function = queryFunction;
    this.#internalApi = internalApi;
  }

  read(query: NotificationQuery): Promise<Page> {
    const { generation } = routeOf(query.query_type);
    return (generation === 'V4' ? this.#internalApi : this.#function).read(query);
  }
}
