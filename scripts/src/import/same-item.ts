import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';

/**
 * Whether two items hold the same: DynamoDB writes numbers in its own way and keeps no order in sets. An attribute `__proto__` is not
 * looked at, as the SDK reads none.
 */
export const sameItem = (a: Item, b: Item): boolean => isDeepStrictEqual(members(a), members(b));

const members = (item: Readonly<Record<string, AttributeValue>>): Map<string, unknown> =>
  new Map(
    Object.entries(item)
      .filter(([name]) => name !== '__proto__')
      .map(([name, value]) => [name, canonical(value)]),
  );

const canonical = ({ N, NS, SS, L, M, ...other }: AttributeValue): unknown => {
  if (N !== undefined) return Number(N);
  if (NS) return new Set(NS.map(Number));
  if (SS) return new Set(SS);
  if (L) return L.map(canonical);
  return M ? members(M) : other;
};
