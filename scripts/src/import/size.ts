import type { AttributeValue } from '@aws-sdk/client-dynamodb';

type Attributes = Readonly<Record<string, AttributeValue>>;

/** About how many bytes an item is to DynamoDB, whatever it holds: see "DynamoDB item sizes and formats" in its developer guide. */
export const sizeOf = (attributes: Attributes): number =>
  sum(Object.entries(attributes).map(([name, value]) => Buffer.byteLength(name) + valueSize(value)));

const valueSize = ({ S, N, B, SS, NS, BS, L, M }: AttributeValue): number => {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberSize(N);
  if (B) return B.length;
  if (SS) return sum(SS.map((text) => Buffer.byteLength(text)));
  if (NS) return sum(NS.map(numberSize));
  if (BS) return sum(BS.map(({ length }) => length));
  if (L) return 3 + L.length + sum(L.map(valueSize));
  return M ? 3 + Object.keys(M).length + sizeOf(M) : 1;
};

const numberSize = (text: string): number => Math.ceil(text.length / 2) + 1;

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
