import type { EmbeddedStack } from '@notify/embedded';
import type { CommandRecord, QueryType } from '@notify/shared-domain';

/** One query through one door of the system. */
export interface Question {
  /** The door, as the table names it. */
  readonly door: string;
  readonly query_type: QueryType;
  readonly query: Readonly<Record<string, unknown>>;
  /** Sends the query, with these members on top, and gives the answer's body. */
  readonly ask: (more: Readonly<Record<string, unknown>>) => Promise<unknown>;
}

/** Every query through every door of every generation of the API: for each user, campaign and transaction. */
export const questions = (stack: EmbeddedStack, commands: Iterable<CommandRecord>): Question[] => {
  const all = [...commands];
  const distinct = (name: 'user_id' | 'marketing_id' | 'transaction_id') =>
    [...new Set(all.map((command) => command[name]).filter((id) => id !== undefined))].map((id) => ({
      [name]: id,
    }));
  const [users, campaigns, transactions] = [
    distinct('user_id'),
    distinct('marketing_id'),
    distinct('transaction_id'),
  ];
  const gateway = stack.apiUrl;
  const service = stack.serviceUrl;
  const doors: [
    door: string,
    QueryType,
    queries: Record<string, unknown>[],
    (query: object) => Promise<unknown>,
  ][] = [
    ['V1 GET /query/user', 'user', users, get(`${gateway}/query/user`)],
    ['V1 GET /query/marketing', 'marketing', campaigns, get(`${gateway}/query/marketing`)],
    ['V1 GET /query/failures', 'failures', transactions, get(`${gateway}/query/failures`)],
    ['V3 POST /query/user', 'user', users, post(`${gateway}/query/user`)],
    ['V3 POST /query/marketing', 'marketing', campaigns, post(`${gateway}/query/marketing`)],
    ['V4 POST /query/fail', 'fail', [...transactions, {}], post(`${gateway}/query/fail`)],
    ['V4 POST /query/transaction', 'transaction', transactions, post(`${gateway}/query/transaction`)],
    ['V4 GET /tx', 'transaction', transactions, get(`${gateway}/tx`)],
    ['V4 GET /fail', 'fail', [...transactions, {}], get(`${gateway}/fail`)],
    ['service GET /query/user', 'user', users, get(`${service}/query/user`)],
    ['service GET /tx', 'transaction', transactions, get(`${service}/tx`)],
    ['service GET /fail', 'fail', [...transactions, {}], get(`${service}/fail`)],
    ['invoke user', 'user', users, invoke(stack, 'user')],
    ['invoke marketing', 'marketing', campaigns, invoke(stack, 'marketing')],
    ['invoke failures', 'failures', transactions, invoke(stack, 'failures')],
    ['invoke transaction', 'transaction', transactions, invoke(stack, 'transaction')],
    ['invoke fail', 'fail', [...transactions, {}], invoke(stack, 'fail')],
  ];
  return doors.flatMap(([door, query_type, queries, send]) =>
    queries.map((query) => ({ door, query_type, query, ask: (more) => send({ ...query, ...more }) })),
  );
};

const get = (url: string) => async (query: object) => {
  const parameters = new URLSearchParams(query as Record<string, string>);
  return bodyOf(await fetch(`${url}?${parameters}`));
};

const post = (url: string) => async (query: object) =>
  bodyOf(
    await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(query),
    }),
  );

const invoke = (stack: EmbeddedStack, query_type: QueryType) => async (query: object) =>
  bodyOf(
    await fetch(`${stack.awsUrl}/2015-03-31/functions/query-result-lambda/invocations`, {
      method: 'POST',
      body: JSON.stringify({ query_type, ...query }),
    }),
  );

const bodyOf = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text);
};
