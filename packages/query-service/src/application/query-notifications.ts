import {
  type Envelope,
  type NotificationQuery,
  type ReportAnswer,
  type ReportQuery,
  routeOf,
} from '@notify/shared-domain';

/** Whoever can be asked for the notifications of a query, in the words of a route. Rejects as a reader of notifications does. */
export interface NotificationAnswers {
  /**
   * @param requestId under which whoever is asked on the way can log, too
   * @param waitedMs milliseconds that the query has waited for its turn; they are taken from the time for asking
   * @returns the body of the 200 answer, as JSON
   */
  answer(
    query: NotificationQuery,
    envelope: Envelope,
    requestId?: string,
    waitedMs?: number,
  ): Promise<string>;
}

/** Whoever can be asked for reports. Rejects as a reader of reports does. */
export interface ReportAnswers {
  /** @param requestId under which whoever is asked on the way can log, too */
  report(query: ReportQuery, requestId?: string): Promise<ReportAnswer>;
}

/** Asks for notifications where the clients of each generation always got theirs. */
export class QueryNotifications implements NotificationAnswers {
  readonly #function: NotificationAnswers;
  readonly #internalApi: NotificationAnswers;

  /**
   * @param queryFunction answers the queries of V1 and V3
   * @param internalApi answers those of V4
   */
  constructor(queryFunction: NotificationAnswers, internalApi: NotificationAnswers) {
    this.#function = queryFunction;
    this.#internalApi = internalApi;
  }

  answer(query: NotificationQuery, envelope: Envelope, requestId?: string): Promise<string> {
    const { generation } = routeOf(query.query_type);
    return (generation === 'V4' ? this.#internalApi : this.#function).answer(query, envelope, requestId);
  }
}
