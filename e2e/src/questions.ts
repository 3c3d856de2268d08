import type { CommandRecord, QueryType } from '@notify/shared-domain';

/** The queries of a type that the commands of a history give: one for each user, campaign, transaction or SNS message that they name. */
export const questionsOf = (query_type: QueryType, commands: Iterable<CommandRecord>): object[] => {
  const name = ID_OF[query_type];
  const ids = new Set([...commands].map((command) => command[name]).filter((id) => id !== undefined));
  return [...ids].map((id) => ({ [name]: id }));
};

const ID_OF = {
  user: 'user_id',
  marketing: 'marketing_id',
  failures: 'transaction_id',
  transaction: 'transaction_id',
  fail: 'transaction_id',
  sns: 'sns_id',
} as const satisfies Record<QueryType, keyof CommandRecord>;
