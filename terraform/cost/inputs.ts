import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

const json = <T>(path: string): T => JSON.parse(readFileSync(join(ROOT, 'terraform', path), 'utf8')) as T;

interface Keyed {
  readonly sort_key?: unknown;
}
type Tables = Readonly<Record<string, Keyed & { indexes: (Keyed & { name: string })[] }>>;
interface EventSource {
  readonly parallelization_factor: number;
  readonly batch_size: number;
}
type Functions = Readonly<Record<string, { memory_mb: number; event_source: EventSource | null }>>;
interface Prices {
  readonly [name: string]: number;
}

/** Another region's prices, in a file of the same shape. */
const [, , pricesOption, pricesFile = 'cost/prices.json'] = process.argv;
export const isOtherRegion = pricesOption === '--prices';
const read = <T>(): T =>
  isOtherRegion ? (JSON.parse(readFileSync(pricesFile, 'utf8')) as T) : json<T>('cost/prices.json');
const prices = read<Prices>();
export const priceList = read<{ region: string; as_of: string; note: string; sources: string[] }>();
const assumed = json<Record<string, number>>('cost/assumptions.json');
export const tables = json<Tables>('tables.json');
export const functions = json<Functions>('functions.json');

export const price = (name: string): number => known(prices[name], name);
export const assume = (name: string): number => known(assumed[name], name);
export const memoryGb = (name: string): number => known(functions[name]?.memory_mb, name) / 1024;

export function known(value: number | undefined, name: string): number {
  if (typeof value !== 'number') throw new RangeError(`There is no ${name}.`);
  return value;
}
