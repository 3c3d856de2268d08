import type { DataPage, ItemsPage, NotificationQueries, QueryOf } from '@notify/shared-domain';
import type { QueryPort } from './query-port.ts';

export class QueryNotifications implements QueryPort {
  readonly #function: NotificationQueries;
  readonly #internalApi: NotificationQueries;

  /**
   * @param queryFunction answers the queries of V1 and V3
   * @param internalApi answers those of V4
   */
  constructor(queryFunction: NotificationQueries, internalApi: NotificationQueries) {
    this.#function = queryFunction;
    this.#internalApi = internalApi;
  }

  /** Notifications of one user, newest first (V1, V3). */
  notificationsOfUser(query: QueryOf<'user'>): Promise<ItemsPage> {
    return this.#function.ask(query);
  }

  /** Notifications of one campaign, newest first (V1, V3). */
  notificationsOfCampaign(query: QueryOf<'marketing'>): Promise<ItemsPage> {
    return this.#function.ask(query);
  }

  /** Failed notifications of one transaction, newest first (V1). */
  failuresOfTransaction(query: QueryOf<'failures'>): Promise<ItemsPage> {
    return this.#function.ask(query);
  }

  /** Notifications of one transaction, newest first (V4). */
  notificationsOfTransaction(query: QueryOf<'transaction'>): Promise<DataPage> {
    return this.#internalApi.ask(query);
  }

  /** Failed notifications, newest first: of one transaction, or of all when none is named (V4). */
  failedNotifications(query: QueryOf<'fail'>): Promise<DataPage> {
    return this.#internalApi.ask(query);
  }
}
