import { setTimeout as delay } from 'node:timers/promises';
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type Item, toAttributeValue } from '@notify/dynamodb';
import { type Explanation, type ExplanationPlace, shellQuoted } from '@notify/shared-domain';
import { DELETED, type Pulse, VERSION } from '@notify/stream-projection';
import { quarantineKeyOf } from './expected-rows.ts';
import { type Look, type LookedAtTables, lookAt } from './look.ts';
import { type Entry, entriesOf } from './quarantine-entries.ts';
import { keyText, type RecordKey } from './record-key.ts';
import { type ShowOptions, shownEntry, shownItem, shownValue } from './shown.ts';

export interface ExplainOptions extends ShowOptions {
  /** How the projection of the rows does. */
  readonly pulse: Pick<Pulse, 'lagMs' | 'lastRecordAt'>;
  /** Waits before something that differs is looked at again; a second without it. */
  readonly settle?: () => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** What has changed so shortly ago may well be on its way, whatever the places of the projection say. */
const FRESH_MS = 10_000;
const SETTLE_MS = 1_000;
/** So many entries of one key are told. */
const MAX_ENTRIES = 5;

/** The keys of a transaction's commands and rows, the newest first, at most `limit` of them, behind a place. */
export const keysOfTransaction = async (
  dynamodb: DynamoDBClient,
  { commands, rows }: Pick<LookedAtTables, 'commands' | 'rows'>,
  transactionId: string,
  limit: number,
  after: ExplanationPlace | undefined,
): Promise<RecordKey[]> => {
  const pages = await Promise.all(
    [commands, rows].map((table) =>
      dynamodb.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: `transaction_id = :transaction${after ? ' AND created_at < :before' : ''}`,
          ExpressionAttributeValues: {
            ':transaction': { S: transactionId },
            ...(after && { ':before': { N: String(after.createdAt) } }),
          },
          ScanIndexForward: false,
          Limit: limit,
        }),
      ),
    ),
  );
  const times = new Map(
    pages.flatMap(({ Items = [] }) =>
      Items.map((item) => [Number(item['created_at']?.N), item['created_at']?.N]),
    ),
  );
  return [...times]
    .sort(([a], [b]) => b - a)
    .slice(0, limit)
    .map(([, time]) => ({ transaction_id: transactionId, created_at: time ?? '' }));
};

/**
 * What became of notifications: their commands, rows and entries in quarantine, and in which state they are.
 *
 * @param keys no two the same
 * @returns one for each key, in their order
 */
export const explain = async (
  dynamodb: DynamoDBClient,
  tables: LookedAtTables,
  keys: readonly RecordKey[],
  options: ExplainOptions,
): Promise<Explanation[]> => {
  const { clock = Date.now, settle = () => delay(SETTLE_MS) } = options;
  const looks = await lookAt(dynamodb, tables, keys);
  const now = clock();
  const waiting = new Set<string>();
  const doubtful: RecordKey[] = [];
  for (const key of keys) {
    const look = looks.get(keyText(key));
    if (look?.judgement.defect === undefined) continue;
    if (isUnderWay(look, options, now)) waiting.add(keyText(key));
    else doubtful.push(key);
  }
  // A change may tell no time of its own: what is only late shows itself by moving.
  if (doubtful.length > 0) {
    await settle();
    for (const [text, look] of await lookAt(dynamodb, tables, doubtful)) {
      if (look.judgement.defect !== undefined && hasMoved(looks.get(text), look)) waiting.add(text);
      looks.set(text, look);
    }
  }
  return Promise.all(
    keys.map(async (key) => {
      const text = keyText(key);
      const look = looks.get(text) as Look;
      const entries = await entriesOf(dynamodb, tables.quarantine, quarantineKeyOf(tables.commands, key));
      return toExplanation(key, look, waiting.has(text), entries, tables.commands, options, now);
    }),
  );
};

/** A transaction of which there is no trace. */
export const unknownTransaction = (transaction_id: string): Explanation => ({
  ...NOTHING,
  transaction_id,
  created_at: null,
  state: 'unknown',
});

const NOTHING = {
  reason: null,
  command: null,
  row: null,
  version: null,
  delay_ms: null,
  quarantine: [],
  differences: [],
  remedy: null,
} as const satisfies Partial<Explanation>;

/** When the projection is behind, anything may be on its way; else what has changed just now, or later than the projection has come to. */
const isUnderWay = ({ command }: Look, { pulse }: ExplainOptions, now: number): boolean => {
  if (pulse.lastRecordAt === undefined || (pulse.lagMs ?? 0) > FRESH_MS) return true;
  const changedAt = command && changeOf(command, now);
  if (changedAt === undefined) return false;
  // The time of a record is told to the second.
  return now - changedAt < FRESH_MS || changedAt >= pulse.lastRecordAt + 1_000;
};

const TIMES = ['created_at', 'send_ts', 'delivered_ts', 'failed_ts', 'touched_at'];

/** When a command has last changed, by the times that it tells; undefined when it tells none before now. */
const changeOf = (command: Item, now: number): number | undefined => {
  const times = TIMES.map((name) => Number(command[name]?.N)).filter((time) => time <= now);
  return times.length === 0 ? undefined : Math.max(...times);
};

const hasMoved = (before: Look | undefined, { command, row }: Look): boolean =>
  JSON.stringify([before?.command, before?.row?.[VERSION]]) !== JSON.stringify([command, row?.[VERSION]]);

const toExplanation = (
  { transaction_id, created_at }: RecordKey,
  look: Look,
  isWaiting: boolean,
  entries: readonly Entry[],
  commandTable: string,
  options: ExplainOptions,
  now: number,
): Explanation => {
  const { judgement, command, row } = look;
  const stands = row !== undefined && row[DELETED] === undefined;
  const newest = entries.at(-1);
  const { state, reason, remedy } = verdictOf(look, isWaiting, newest, { transaction_id, created_at });
  const changedAt = command && changeOf(command, now);
  const since =
    state === 'set aside' ? Date.parse(newest?.firstSeen ?? '') : judgement.defect ? changedAt : undefined;
  return {
    transaction_id,
    created_at: Number(created_at),
    state,
    reason,
    command: command ? shownItem(command, options) : null,
    row: stands ? shownItem(row, options) : null,
    version: row?.[VERSION]?.S?.replace(/^0+(?=\d)/, '') ?? null,
    delay_ms: since === undefined || Number.isNaN(since) ? null : Math.max(0, Math.round(now - since)),
    quarantine: entries
      .slice(-MAX_ENTRIES)
      .reverse()
      .map((entry) => shownEntry(entry, commandTable, options)),
    differences: (judgement.fields ?? []).map((field) => ({
      field,
      expected: textOf(shownValue(field, expectedValue(look, field), options)),
      actual: textOf(shownValue(field, row?.[field], options)),
    })),
    remedy,
  };
};

const verdictOf = (
  { judgement, command, row }: Look,
  isWaiting: boolean,
  newest: Entry | undefined,
  key: RecordKey,
): Pick<Explanation, 'state' | 'reason' | 'remedy'> => {
  const id = shellQuoted(key.transaction_id);
  const redrive = `notify redrive --transaction-id ${id}`;
  const reproject = `notify reproject --transaction-id ${id} --created-at ${key.created_at}`;
  if (judgement.defect === undefined) {
    if (judgement.quarantineKey) {
      return { state: 'set aside', reason: newest?.errorCode ?? null, remedy: redrive };
    }
    if (!command && !row && !newest) return { state: 'unknown', reason: null, remedy: null };
    // What is left over in quarantine has been mended since.
    return { state: 'in step', reason: null, remedy: newest ? redrive : null };
  }
  if (isWaiting) return { state: 'on its way', reason: null, remedy: 'notify lag' };
  switch (judgement.defect) {
    case 'missing':
      return { state: 'differs', reason: 'the row is missing', remedy: reproject };
    case 'orphan':
      return { state: 'differs', reason: 'the row has no command', remedy: 'notify rebuild' };
    case 'unquarantined':
      return {
        state: 'differs',
        reason: 'the command is malformed, and not in quarantine',
        remedy: reproject,
      };
    case 'different':
      return { state: 'differs', reason: (judgement.fields ?? []).join(', '), remedy: reproject };
  }
};

const expectedValue = ({ expected }: Look, field: string): Item[string] | undefined => {
  const value =
    expected && 'columns' in expected
      ? (expected.columns[field] as string | number | boolean | undefined)
      : undefined;
  return value === undefined ? undefined : toAttributeValue(value);
};

const textOf = (value: unknown): string | null => (value === undefined ? null : String(value));
