import type { DynamoDBClient, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { type Item, queryJson, toAttributeValue, toItem } from '@notify/dynamodb';
import type { Notification, NotificationKey } from '@notify/shared-domain';
import { readKey, readNotification } from './notification-item.ts';

export interface Partition {
  /** The index; without one, the table itself. */
  readonly index?: string;
  /** The name and value of the partition key. */
  readonly name: string;
  readonly value: string | number;
  /** The status that all of its rows have, if they have the same one. */
  readonly status?: string | undefined;
}

export interface PartitionRead {
  readonly ascending: boolean;
  /** Attributes that rows must equal; undefined ones are no condition. */
  readonly filter: Readonly<Record<string, string | undefined>>;
  /** Bounds of created_at, in milliseconds: at or after `from`, before `to`. */
  readonly range: { readonly from?: number; readonly to?: number };
  /** The row behind which to begin, and whether this partition is that row's own, or one before or behind it in the merge. */
  readonly start:
    | { readonly key: NotificationKey; readonly place: 'of-cursor' | 'before-cursor' | 'behind-cursor' }
    | undefined;
  /** How many rows are wanted from one request when all match. */
  readonly pageSize: number;
}

/**
 * With a filter a request reads at least so many rows, and each further one of a page twice as many as the one before: a rare match would
 * cost many small requests, and a large first one would be read for nothing where matches are many. See ADR 0019.
 */
const MIN_FILTERED_PAGE = 250;
/** About what there is in 1 MB. */
const MAX_FILTERED_PAGE = 2_000;

/** Reads one partition in the order of created_at, a page a request. */
export class PartitionReader {
  readonly #dynamodb: DynamoDBClient;
  readonly #query: QueryCommandInput;
  readonly #range: KeyRange;
  readonly #isFiltered: boolean;
  #buffer: Notification[] = [];
  #next = 0;
  #startKey: Item | undefined;
  #done: boolean;
  #bytes = 0;
  #limit: number;

  constructor(dynamodb: DynamoDBClient, table: string, partition: Partition, read: PartitionRead) {
    this.#dynamodb = dynamodb;
    this.#range = keyRange(read);
    this.#done = this.#range.min > this.#range.max;
    this.#startKey =
      read.start?.place === 'of-cursor'
        ? toItem({ [partition.name]: partition.value, ...read.start.key })
        : undefined;
    const filters = Object.entries(read.filter).filter(([, value]) => value !== undefined);
    const hidesTombstones = partition.index === undefined;
    this.#isFiltered = filters.length > 0;
    this.#limit = this.#isFiltered ? Math.max(read.pageSize, MIN_FILTERED_PAGE) : read.pageSize;
    this.#query = {
      TableName: table,
      IndexName: partition.index,
      KeyConditionExpression: '#partition = :partition AND created_at BETWEEN :min AND :max',
      FilterExpression:
        [
          ...filters.map(([name]) => `#${name} = :${name}`),
          ...(hidesTombstones ? ['attribute_not_exists(deleted)'] : []),
        ].join(' AND ') || undefined,
      ExpressionAttributeNames: {
        '#partition': partition.name,
        ...Object.fromEntries(filters.map(([name]) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: {
        ':partition': toAttributeValue(partition.value),
        ':min': justBelow(this.#range.min),
        ':max': justAbove(this.#range.max),
        ...toItem(Object.fromEntries(filters.map(([name, value]) => [`:${name}`, value]))),
      },
      ScanIndexForward: read.ascending,
    };
  }

  /** The next row, if one is at hand; else {@link read} may bring more, unless {@link isExhausted}. */
  get head(): Notification | undefined {
    return this.#buffer[this.#next];
  }

  get isExhausted(): boolean {
    return this.head === undefined && this.#done;
  }

  /** How far this partition has come: the next row, or the last one that a request has read. */
  get position(): NotificationKey {
    return this.head ?? readKey(this.#startKey as Item);
  }

  /** What DynamoDB's answers have weighed so far: at least as much as their rows as JSON. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Gives the next row and steps on. */
  take(): Notification {
    return this.#buffer[this.#next++] as Notification;
  }

  /** Reads the next page, when there is one. */
  async read(): Promise<void> {
    if (this.#done) return;
    const { Items, LastEvaluatedKey, bytes } = await queryJson(this.#dynamodb, {
      ...this.#query,
      ExclusiveStartKey: this.#startKey,
      Limit: this.#limit,
    });
    if (this.#isFiltered) this.#limit = Math.min(2 * this.#limit, MAX_FILTERED_PAGE);
    this.#buffer = Items.map(readNotification);
    this.#bytes += bytes;
    this.#next = 0;
    this.#startKey = LastEvaluatedKey;
    this.#done = LastEvaluatedKey === undefined;
  }
}

interface KeyRange {
  readonly min: number;
  readonly max: number;
}

/** The bounds of created_at, both inclusive: the query's own, narrowed to what is left behind the cursor. */
const keyRange = ({ ascending, range, start }: PartitionRead): KeyRange => {
  const min = range.from ?? 0;
  const max = range.to === undefined ? Number.MAX_SAFE_INTEGER : range.to - 1;
  if (start === undefined || start.place === 'of-cursor') return { min, max };
  const isPast = start.place === 'before-cursor' ? 1 : 0;
  const { created_at } = start.key;
  return ascending
    ? { min: Math.max(min, created_at + isPast), max }
    : { min, max: Math.min(max, created_at - isPast) };
};

/**
 * Bounds half a millisecond outside of those that are meant, for created_at is whole: no row and no starting key ever lies on one. On a
 * bound DynamoDB Local refuses a starting key, and takes the first of the rows that share it for the last. They are text, for above
 * 2^52 a number of JavaScript has no halves.
 */
const justBelow = (min: number) => ({ N: min === 0 ? '-0.5' : `${min - 1}.5` });
const justAbove = (max: number) => ({ N: `${max}.5` });
