import {
  BatchExecuteStatementCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Item } from '@notify/dynamodb';
import { keyOf, keyText } from '@notify/read-model';
import { getRecords } from '../records/get-records.ts';
import { createPace } from '../session/pace.ts';
import type { Session } from '../session/session.ts';
import { type Classified, classify, roundsOf } from './classify.ts';
import type { ConversionOptions } from './conversion.ts';
import { type Counts, ImportNotes, type SetAside } from './resume.ts';
import { sameItem } from './same-item.ts';
import type { ImportSource } from './source.ts';

export interface ImportOptions {
  readonly conversion: ConversionOptions;
  /** What becomes of a malformed command that the command table can hold. */
  readonly malformed: 'quarantine' | 'set-aside';
  /** Records per second; as fast as it goes without it. */
  readonly rate?: number;
  /** Where the import keeps its notes. */
  readonly folder: string;
}

/** What an import finds, before anything is written. */
export interface ImportPlan {
  readonly source: string;
  readonly records: number;
  readonly well_formed: number;
  readonly malformed: number;
  readonly unusable: number;
  /** In the command table already: word for word, or as something else. */
  readonly already_there: number;
  readonly key_taken: number;
  /** How often each change would be made. */
  readonly changes: Readonly<Record<string, number>>;
  /** Why records are malformed or unusable, how often, and where the first one stands. */
  readonly reasons: readonly { readonly reason: string; readonly records: number; readonly first: string }[];
  /** Records whose `created_at` looks like seconds. */
  readonly perhaps_seconds: number;
}

export interface ImportReport extends Readonly<Counts> {
  readonly source: string;
  readonly changes: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  readonly set_aside_file: string | undefined;
  /** Read again afterwards: commands that are in the command table as they were imported. */
  readonly verified: number;
  /** Those that someone has changed since. */
  readonly different: number;
  readonly missing: number;
  /** Whether every record that was read is accounted for, and none that was imported is missing. */
  readonly complete: boolean;
}

/** BatchExecuteStatement's bound. */
const STATEMENTS = 25;
const REQUESTS_AT_ONCE = 4;
/** September 2001; an earlier push in milliseconds is more likely a later one in seconds. */
const FIRST_MILLISECOND = 1e12;

type Command = Extract<Classified, { kind: 'command' }>;
type Place = Command['place'];

/** Looks at a whole source and writes nothing. */
export const planImport = async (
  { dynamodb, tables, terminal, signal }: Session,
  source: ImportSource,
  { conversion }: Pick<ImportOptions, 'conversion'>,
): Promise<ImportPlan> => {
  const counts = { records: 0, well_formed: 0, malformed: 0, unusable: 0, already_there: 0, key_taken: 0 };
  const changes = new Map<string, number>();
  const reasons = new Map<string, { records: number; first: Place }>();
  let perhapsSeconds = 0;
  terminal.progress.begin('records');
  for await (const { records } of source.batches()) {
    signal.throwIfAborted();
    const found = await classify(records, conversion, tables.commands);
    const commands = found.filter((each) => each.kind === 'command');
    const there = await getRecords(dynamodb, tables.commands, distinctKeys(commands));
    for (const each of found) {
      counts.records += 1;
      const reason = each.kind === 'command' ? each.malformed : `${each.code} ${each.reason}`;
      counts[each.kind === 'unusable' ? 'unusable' : reason === undefined ? 'well_formed' : 'malformed'] += 1;
      if (reason !== undefined) {
        const { records: before = 0, first = each.place } = reasons.get(reason) ?? {};
        reasons.set(reason, { records: before + 1, first });
      }
      if (each.kind === 'unusable') continue;
      for (const change of each.changes) increment(changes, change);
      if (Number(each.item['created_at']?.N) < FIRST_MILLISECOND) perhapsSeconds += 1;
      const stored = there.get(keyText(keyOf(each.item)));
      if (stored) counts[sameItem(stored, each.item) ? 'already_there' : 'key_taken'] += 1;
    }
    terminal.progress.advance(records.length);
  }
  terminal.progress.end();
  return {
    source: source.name,
    ...counts,
    changes: Object.fromEntries(changes),
    reasons: [...reasons].map(([reason, seen]) => ({ reason, ...seen })),
    perhaps_seconds: perhapsSeconds,
  };
};

/**
 * Brings the records of a source into the command table, each once, whatever is there already: what has another content stays, and the
 * record is set aside. One that was killed goes on where it was. Afterwards everything is read again and compared.
 *
 * @throws NotifyError `IMPORT.STATE_FOREIGN`
 */
export const runImport = async (
  session: Session,
  source: ImportSource,
  options: ImportOptions,
): Promise<ImportReport> => {
  const { tables, terminal, signal } = session;
  const { conversion, malformed, rate, folder } = options;
  const plan = {
    source: source.name,
    target: session.target.name,
    table: tables.commands,
    conversion,
    malformed,
  };
  const notes = new ImportNotes(folder, JSON.stringify(plan));
  const { counts, changes, reasons } = notes;
  const setAside = (found: SetAside) => {
    notes.setAside(found);
    counts.set_aside += 1;
    increment(reasons, `${found.code} ${found.reason}`);
  };
  if (notes.position) terminal.note(`goes on behind ${counts.records} records`);

  const pace = createPace(rate, signal);
  terminal.progress.begin('records');
  for await (const { records, next } of source.batches(notes.position)) {
    await pace(records.length);
    const commands: Command[] = [];
    for (const found of await classify(records, conversion, tables.commands)) {
      counts.records += 1;
      if (found.kind === 'unusable') {
        const { kind: _, ...unusable } = found;
        setAside(unusable);
      } else if (found.malformed !== undefined && malformed === 'set-aside') {
        const { place, item: record, malformed: reason } = found;
        setAside({ place, code: 'IMPORT.RECORD_MALFORMED', reason, record });
      } else commands.push(found);
    }
    for (const round of roundsOf(commands, ({ item }) => keyText(keyOf(item)))) {
      const outcomes = await putAll(session.dynamodb, tables.commands, round);
      for (const [index, outcome] of outcomes.entries()) {
        const { place, item, changes: made, malformed: reason } = round[index] as Command;
        if (typeof outcome === 'object') setAside({ place, ...outcome, record: item });
        else {
          counts[outcome] += 1;
          for (const change of made) increment(changes, change);
          if (reason !== undefined) {
            counts.quarantined += 1;
            increment(reasons, reason);
          }
        }
      }
    }
    notes.commit(next);
    terminal.progress.advance(records.length);
    signal.throwIfAborted();
  }
  terminal.progress.end();
  const { verified, different, missing } = await verify(session, source, conversion, notes.placesSetAside());
  notes.finish();
  return {
    source: source.name,
    ...counts,
    changes: Object.fromEntries(changes),
    reasons: Object.fromEntries(reasons),
    set_aside_file: counts.set_aside > 0 ? notes.setAsideFile : undefined,
    verified,
    different,
    missing,
    complete:
      counts.records === counts.imported + counts.already_there + counts.set_aside &&
      counts.records === verified + different + missing + counts.set_aside &&
      missing === 0,
  };
};

type PutOutcome = 'imported' | 'already_there' | Pick<SetAside, 'code' | 'reason'>;

/** Puts commands whose keys are distinct, each only where nothing is. */
const putAll = async (
  dynamodb: DynamoDBClient,
  table: string,
  commands: readonly Command[],
): Promise<PutOutcome[]> => {
  const outcomes: PutOutcome[] = [];
  const batches = Array.from({ length: Math.ceil(commands.length / STATEMENTS) }, (_, i) => i).values();
  const work = async () => {
    for (const batch of batches) {
      const start = batch * STATEMENTS;
      const items = commands.slice(start, start + STATEMENTS).map(({ item }) => item);
      for (const [index, outcome] of (await putBatch(dynamodb, table, items)).entries())
        outcomes[start + index] = outcome;
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
  return outcomes;
};

/** Puts in one request what can be; looks up what is there already; and asks about the rest one by one, to learn why. */
const putBatch = async (
  dynamodb: DynamoDBClient,
  table: string,
  items: readonly Item[],
): Promise<PutOutcome[]> => {
  const codes = await insertAll(dynamodb, table, items);
  const duplicates = items.filter((_, index) => codes?.[index] === 'DuplicateItem').map(keyOf);
  const there = await getRecords(dynamodb, table, duplicates);
  return Promise.all(
    items.map((item, index) => {
      if (codes && codes[index] === undefined) return 'imported';
      const stored = there.get(keyText(keyOf(item)));
      return stored ? beside(stored, item) : put(dynamodb, table, item);
    }),
  );
};

/** @returns DynamoDB's code for each item that was not put; undefined when it refused to look at them together */
const insertAll = async (
  dynamodb: DynamoDBClient,
  table: string,
  items: readonly Item[],
): Promise<readonly (string | undefined)[] | undefined> => {
  try {
    const { Responses = [] } = await dynamodb.send(
      new BatchExecuteStatementCommand({ Statements: items.map((item) => insertStatement(table, item)) }),
    );
    return Responses.map(({ Error: error }) => error && String(error.Code));
  } catch (error) {
    // One statement that cannot be read spoils all of them.
    if (isRefusal(error)) return undefined;
    throw error;
  }
};

/** What becomes of an item whose key is taken. */
const beside = (stored: Item, item: Item): PutOutcome =>
  sameItem(stored, item)
    ? 'already_there'
    : { code: 'IMPORT.KEY_TAKEN', reason: 'Another command has this key.' };

const insertStatement = (table: string, item: Item) => ({
  Statement: `INSERT INTO "${table}" VALUE {${Object.keys(item)
    .map((name) => `'${name.replaceAll("'", "''")}': ?`)
    .join(', ')}}`,
  Parameters: Object.values(item),
});

const put = async (dynamodb: DynamoDBClient, table: string, item: Item): Promise<PutOutcome> => {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(transaction_id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return 'imported';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item) return beside(error.Item, item);
    if (isRefusal(error)) {
      const code = /size/i.test(error.message) ? 'IMPORT.RECORD_TOO_LARGE' : 'IMPORT.RECORD_REFUSED';
      return { code, reason: error.message };
    }
    throw error;
  }
};

/** The word of DynamoDB on the item itself; anything else may pass. */
const isRefusal = (error: unknown): error is DynamoDBServiceException =>
  error instanceof DynamoDBServiceException && error.name === 'ValidationException';

/** Reads the source once more and looks for every command of it that was not set aside. */
const verify = async (
  { dynamodb, tables, terminal, signal }: Session,
  source: ImportSource,
  conversion: ConversionOptions,
  setAside: ReadonlySet<Place>,
): Promise<{ verified: number; different: number; missing: number }> => {
  const counts = { verified: 0, different: 0, missing: 0 };
  terminal.progress.begin('records compared');
  for await (const { records } of source.batches()) {
    signal.throwIfAborted();
    const commands = (await classify(records, conversion, tables.commands))
      .filter((found) => found.kind === 'command')
      .filter(({ place }) => !setAside.has(place));
    const there = await getRecords(dynamodb, tables.commands, distinctKeys(commands));
    for (const { item } of commands) {
      const stored = there.get(keyText(keyOf(item)));
      counts[!stored ? 'missing' : sameItem(stored, item) ? 'verified' : 'different'] += 1;
    }
    terminal.progress.advance(records.length);
  }
  terminal.progress.end();
  return counts;
};

const distinctKeys = (commands: readonly Command[]) => [
  ...new Map(commands.map(({ item }) => [keyText(keyOf(item)), keyOf(item)])).values(),
];

const increment = (counts: Map<string, number>, what: string): void => {
  counts.set(what, (counts.get(what) ?? 0) + 1);
};
