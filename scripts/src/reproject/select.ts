import { paginateQuery, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { type Item, parallelScan } from '@notify/dynamodb';
import { KEY_ATTRIBUTES, keyOf, type RecordKey } from '@notify/read-model';
import type { Session } from '../session/session.ts';

/** Which commands; all of them when nothing is said. */
export interface Selection {
  readonly transactionId?: string | undefined;
  readonly createdAt?: number | undefined;
  readonly userId?: string | undefined;
  /** The `marketing_id` of a campaign. */
  readonly campaign?: string | undefined;
  /** At or after, milliseconds since 1970. */
  readonly from?: number | undefined;
  /** Before, milliseconds since 1970. */
  readonly to?: number | undefined;
}

/** The keys of the selected commands, page by page. Keys of one page are in the order in which they were created. */
export const selectKeys = async (
  { dynamodb, tables, signal }: Session,
  selection: Selection,
  segments: number,
  onPage: (keys: readonly RecordKey[]) => Promise<void>,
): Promise<void> => {
  const keys = async (items: readonly Item[]) => {
    if (items.length > 0) await onPage(items.map(keyOf).sort(byCreation));
  };
  if (selection.transactionId !== undefined) {
    const input = {
      TableName: tables.commands,
      ConsistentRead: true,
      ...queryOf(selection, selection.transactionId),
    };
    for await (const { Items = [] } of paginateQuery({ client: dynamodb }, input)) {
      signal.throwIfAborted();
      await keys(Items);
    }
    return;
  }
  const input = { TableName: tables.commands, ConsistentRead: true, ...filterOf(selection) };
  await parallelScan(dynamodb, { input, segments, signal }, ({ items }) => keys(items));
};

const byCreation = (a: RecordKey, b: RecordKey): number => Number(a.created_at) - Number(b.created_at);

type Expression = Pick<
  ScanCommandInput,
  'ProjectionExpression' | 'FilterExpression' | 'ExpressionAttributeValues'
>;

const conditionsOf = ({ createdAt, userId, campaign, from, to }: Selection) => {
  const conditions: [text: string, name: string, value: Item[string]][] = [];
  if (createdAt !== undefined) conditions.push(['created_at = :at', ':at', { N: String(createdAt) }]);
  if (from !== undefined) conditions.push(['created_at >= :from', ':from', { N: String(from) }]);
  if (to !== undefined) conditions.push(['created_at < :to', ':to', { N: String(to) }]);
  if (userId !== undefined) conditions.push(['user_id = :user', ':user', { S: userId }]);
  if (campaign !== undefined) conditions.push(['marketing_id = :campaign', ':campaign', { S: campaign }]);
  return conditions;
};

const filterOf = (selection: Selection): Expression => {
  const conditions = conditionsOf(selection);
  return {
    ProjectionExpression: KEY_ATTRIBUTES.join(', '),
    ...(conditions.length > 0 && {
      FilterExpression: conditions.map(([text]) => text).join(' AND '),
      ExpressionAttributeValues: Object.fromEntries(conditions.map(([, name, value]) => [name, value])),
    }),
  };
};

/** The sort key may be bounded once in a key condition, so both bounds are one BETWEEN. */
const queryOf = ({ createdAt, from, to, userId, campaign }: Selection, transactionId: string) => {
  const filtered = conditionsOf({ userId, campaign });
  const [min, max] =
    createdAt === undefined ? [from ?? 0, to === undefined ? undefined : to - 1] : [createdAt, createdAt];
  return {
    ProjectionExpression: KEY_ATTRIBUTES.join(', '),
    KeyConditionExpression: `transaction_id = :transaction AND created_at ${max === undefined ? '>= :min' : 'BETWEEN :min AND :max'}`,
    ...(filtered.length > 0 && { FilterExpression: filtered.map(([text]) => text).join(' AND ') }),
    ExpressionAttributeValues: {
      ':transaction': { S: transactionId },
      ':min': { N: String(min) },
      ...(max === undefined ? {} : { ':max': { N: String(max) } }),
      ...Object.fromEntries(filtered.map(([, name, value]) => [name, value])),
    },
  };
};
