import { MAX_ITEM_BYTES } from '@notify/dynamodb';
import { AppError } from '@notify/shared-domain';
import type { DynamoDBRecord } from 'aws-lambda';
import * as fc from 'fast-check';
import { toRowShape } from '../src/projection.ts';
import { toQuarantineEntry } from '../src/quarantine.ts';
import { TOMBSTONE_DAYS } from '../src/stream-projection.ts';
import { quarantineId } from '../src/testing/account-stage.ts';
import { type AccountRow, accounts } from '../src/testing/accounts.ts';
import { aStreamRecord, TIME_TO_LIVE } from '../src/testing/stream-events.ts';
import { MALFORMATIONS, type Malformation, malform } from './malformations.ts';

/** What happens to one item of the source table. */
export type Step =
  | { readonly item: number; readonly does: 'put'; readonly image: Partial<AccountRow> }
  /** By a writer, or by DynamoDB when the item's time was up. */
  | { readonly item: number; readonly does: 'remove' | 'expire' }
  /** The record cannot be read. */
  | { readonly item: number; readonly does: 'malform'; readonly how: Malformation }
  /** The record can be read, and DynamoDB refuses its row. */
  | { readonly item: number; readonly does: 'refuse'; readonly how: keyof typeof REFUSALS };

export type History = readonly Step[];

const REFUSALS = {
  'an empty index key': { region: '' },
  'an index key that is too long': { region: 'x'.repeat(2_049) },
  'too large': { note: 'x'.repeat(MAX_ITEM_BYTES) },
} satisfies Record<string, Partial<AccountRow>>;

/** What JSON must not say as it is, all lengths of UTF-8, and halves of an emoji, which JSON can say and UTF-8 cannot. */
const ODD_CHARACTERS = ['a', '"', '\\', '\u0000', '\u2028', 'é', '漢', '🦆', '\uffff', '\ud83e', '\udd86'];

const image: fc.Arbitrary<Partial<AccountRow>> = fc.record(
  {
    balance: fc.oneof(fc.integer(), fc.maxSafeInteger()),
    note: fc.oneof(
      { weight: 100, arbitrary: fc.constantFrom('', 'hello', 'grüße 🦆') },
      { weight: 50, arbitrary: fc.string({ unit: fc.constantFrom(...ODD_CHARACTERS), maxLength: 8 }) },
      { weight: 1, arbitrary: fc.constant('x'.repeat(399 * 1_024)) },
    ),
    region: fc.constantFrom('north', 'south', '🧭'),
    vip: fc.boolean(),
  },
  { requiredKeys: [] },
);

const SMALL_MALFORMATIONS = (Object.keys(MALFORMATIONS) as Malformation[]).filter(
  (how) => how !== 'image holds 399 KB',
);

const steps = (item: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 24, arbitrary: fc.record({ item, does: fc.constant('put' as const), image }) },
    {
      weight: 8,
      arbitrary: fc.record({ item, does: fc.constantFrom('remove' as const, 'expire' as const) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        item,
        does: fc.constant('malform' as const),
        how: fc.oneof(
          { weight: 100, arbitrary: fc.constantFrom(...SMALL_MALFORMATIONS) },
          { weight: 1, arbitrary: fc.constant<Malformation>('image holds 399 KB') },
        ),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        item,
        does: fc.constant('refuse' as const),
        how: fc.oneof(
          { weight: 50, arbitrary: fc.constantFrom('an empty index key', 'an index key that is too long') },
          { weight: 1, arbitrary: fc.constant('too large' as const) },
        ) as fc.Arbitrary<keyof typeof REFUSALS>,
      }),
    },
  );

export const MAX_STEPS = 90;

/** Much happening to few items; now and then something happening to more items than a request has room for. */
export const histories = (): fc.Arbitrary<History> =>
  fc.oneof(
    {
      weight: 29,
      arbitrary: fc.array(steps(fc.constantFrom(1, 2, Number.MIN_SAFE_INTEGER)), {
        minLength: 1,
        maxLength: 14,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.array(steps(fc.integer({ min: -40, max: 40 })), { minLength: 60, maxLength: MAX_STEPS }),
    },
  );

export interface ToldHistory {
  /** In the order of the stream. */
  readonly records: readonly DynamoDBRecord[];
  /** The rows that there have to be in the end, by item. */
  readonly rows: ReadonlyMap<number, Record<string, unknown>>;
  /** What has to be in quarantine in the end, as `quarantineId`. */
  readonly quarantined: ReadonlySet<string>;
  /** What may be there too: refused images that a newer one has outdated, so that they may never have been tried. */
  readonly maybeQuarantined: ReadonlySet<string>;
}

/** Sequence numbers get longer on the way: as texts they would be out of order. */
const FIRST_SEQUENCE_NUMBER = 999_999_999_999_999_999_995n;

/**
 * The stream records of a history and what has to come of them.
 * @param account partition key of the items, unique in the tables; the source table is called the same
 * @param now the engine's clock, milliseconds since 1970
 */
export const tell = (history: History, account: string, now: number): ToldHistory => {
  const records: DynamoDBRecord[] = [];
  const rows = new Map<number, Record<string, unknown>>();
  const quarantined = new Set<string>();
  const refused: { id: string; item: number; version: string }[] = [];
  const existing = new Set<number>();
  const absent = Object.fromEntries(toRowShape(accounts).columns.map((name) => [name, undefined]));

  for (const step of history) {
    const { item, does } = step;
    const removes = does === 'remove' || does === 'expire';
    if (removes && !existing.has(item)) continue;
    const sequenceNumber = FIRST_SEQUENCE_NUMBER + BigInt(records.length);
    const version = String(sequenceNumber).padStart(40, '0');
    const keys = { account, number: item };
    const image = {
      owner: 'Ada',
      ...(does === 'put' ? step.image : does === 'refuse' && REFUSALS[step.how]),
    };
    const good = aStreamRecord({
      eventName: removes ? 'REMOVE' : existing.has(item) ? 'MODIFY' : 'INSERT',
      table: account,
      sequenceNumber,
      keys,
      image,
      writtenAt: now,
      ...(does === 'expire' && { userIdentity: TIME_TO_LIVE }),
    });
    const record = does === 'malform' ? malform(good, step.how) : good;
    records.push(record);

    if (does === 'put') rows.set(item, { ...absent, ...keys, version, ...image });
    if (does === 'malform') quarantined.add(entryOf(record));
    if (does === 'refuse') refused.push({ id: entryOf(record), item, version });
    if (removes) {
      const expiresAt = Math.floor(now / 1_000) + TOMBSTONE_DAYS * 86_400;
      rows.set(item, { ...absent, ...keys, version, deleted: true, expires_at: expiresAt });
      existing.delete(item);
    } else existing.add(item);
  }

  const maybeQuarantined = new Set<string>();
  for (const { id, item, version } of refused) {
    const outdated = version < String(rows.get(item)?.version ?? '');
    (outdated ? maybeQuarantined : quarantined).add(id);
  }
  return { records, rows, quarantined, maybeQuarantined };
};

const entryOf = (record: DynamoDBRecord): string =>
  quarantineId(toQuarantineEntry(record, new AppError('RECORD.INVALID'), accounts.key));

/** A step in words. */
export const describe = (step: Step): string => {
  const { item, does } = step;
  if (does === 'put') return `item ${item}: put ${abridged(step.image)}`;
  return `item ${item}: ${does}${'how' in step ? ` (${step.how})` : ''}`;
};

/** As JSON, without the bulk of long texts. */
export const abridged = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    typeof member === 'string' && member.length > 100 ? `${member[0]}… (${member.length})` : member,
  );
