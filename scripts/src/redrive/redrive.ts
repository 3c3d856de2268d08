import { executeStatements, type Item } from '@notify/dynamodb';
import {
  type CommandImage,
  type EngineOutcome,
  type Entry,
  type EntryFilter,
  entryPages,
  keyText,
  LOWEST_VERSION,
  type RecordKey,
  throughEngine,
} from '@notify/read-model';
import type { RowWriter } from '@notify/stream-projection';
import { getRecords } from '../records/get-records.ts';
import type { Session } from '../session/session.ts';

/** What became of an entry. */
type Fate =
  /** The row has been brought to its state, and the entry is gone. */
  | 'projected'
  /** The row was as new or newer already, or the command is removed, and the entry is gone. */
  | 'obsolete'
  /** Neither its image nor the command as it is now can be projected; it stays. */
  | 'malformed'
  /** It might have gone in, but the table did not take it now; it stays. */
  | 'failed';

export interface RedriveReport {
  readonly dry_run: boolean;
  readonly entries: number;
  readonly projected: number;
  readonly obsolete: number;
  readonly malformed: number;
  readonly failed: number;
  /** The entries that are taken in, or that would be: projected or obsolete. */
  readonly taking: readonly EntryFate[];
  /** The entries that stay, with the reason as of now. */
  readonly staying: readonly {
    readonly table_key: string;
    readonly version: string;
    readonly reason: string;
  }[];
}

/** An entry of quarantine by its key, and what becomes of it. */
interface EntryFate {
  readonly table_key: string;
  readonly version: string;
  readonly fate: Fate;
}

/**
 * Takes the entries of commands in quarantine through the engine again; those of users' events have their own remedy (`notify users`).
 *
 * The command as it is now comes first: when it has been mended, its row is what it projects to, and the entry's image is history;
 * when it is removed, there is nothing to bring in. Only while the command is still malformed is the entry's own image taken: the
 * projection's code may have been mended since, or the image. All of it at the entry's version, so that whatever the stream has
 * brought since is not undone.
 *
 * @param only no others than these
 */
export const redrive = async (
  session: Session,
  rows: RowWriter,
  filter: EntryFilter = {},
  only?: readonly Pick<EntryFate, 'table_key' | 'version'>[],
): Promise<RedriveReport> => {
  const { terminal, dryRun } = session;
  const fates = { projected: 0, obsolete: 0, malformed: 0, failed: 0 };
  const taking: EntryFate[] = [];
  const wanted = only && new Set(only.map(({ table_key, version }) => `${version} ${table_key}`));
  const staying: { table_key: string; version: string; reason: string }[] = [];
  let entries = 0;
  terminal.progress.begin('entries');
  const ofCommands = { ...filter, sourceTable: session.tables.commands };
  for await (const page of entryPages(
    session.dynamodb,
    session.tables.quarantine,
    ofCommands,
    session.signal,
  )) {
    const entriesOfPage = wanted
      ? page.filter(({ tableKey, version }) => wanted.has(`${version} ${tableKey}`))
      : page;
    for (const wave of wavesOf(entriesOfPage)) {
      const outcomes = await redriveWave(session, rows, wave);
      const done = wave.filter((_, index) => isDone(outcomes[index]?.fate));
      const remaining = dryRun ? new Map<Entry, Judged>() : await removeEntries(session, done);
      for (const [index, entry] of wave.entries()) {
        const { fate, reason } = remaining.get(entry) ?? (outcomes[index] as Judged);
        const { tableKey, version } = entry;
        fates[fate] += 1;
        if (isDone(fate)) taking.push({ table_key: tableKey, version, fate });
        else staying.push({ table_key: tableKey, version, reason });
      }
      entries += wave.length;
      terminal.progress.advance(wave.length);
    }
  }
  terminal.progress.end();
  return { dry_run: dryRun, entries, ...fates, taking, staying };
};

const isDone = (fate: Fate | undefined): boolean => fate === 'projected' || fate === 'obsolete';

/** Entries of one key one after the other, oldest first; those of different keys together. */
const wavesOf = (entries: readonly Entry[]): Entry[][] => {
  const waves: Entry[][] = [];
  const seen = new Map<string, number>();
  for (const entry of entries) {
    const place = seen.get(entry.tableKey) ?? 0;
    seen.set(entry.tableKey, place + 1);
    waves[place] = [...(waves[place] ?? []), entry];
  }
  return waves;
};

interface Judged {
  readonly fate: Fate;
  readonly reason: string;
}

const redriveWave = async (session: Session, rows: RowWriter, wave: readonly Entry[]): Promise<Judged[]> => {
  const { dynamodb, tables } = session;
  const keys = wave.flatMap(({ key }) => key ?? []);
  const commands = await getRecords(dynamodb, tables.commands, keys);
  const judged = new Map<Entry, Judged>();

  const present: { entry: Entry; image: CommandImage }[] = [];
  for (const entry of wave) {
    const command = entry.key && commands.get(keyText(entry.key));
    if (!entry.key) judged.set(entry, { fate: 'malformed', reason: 'The record has no usable key.' });
    else if (!command) judged.set(entry, { fate: 'obsolete', reason: 'The command is removed.' });
    else present.push({ entry, image: toImage(entry.key, command, entry) });
  }
  const first = await bringIn(
    session,
    rows,
    present.map(({ image }) => image),
  );
  const again: { entry: Entry; image: CommandImage }[] = [];
  for (const [index, { entry, image }] of present.entries()) {
    const outcome = first[index] as EngineOutcome;
    judged.set(entry, toJudged(outcome));
    if (outcome.status === 'malformed' && entry.image) {
      again.push({ entry, image: { ...image, image: entry.image } });
    }
  }
  const second = await bringIn(
    session,
    rows,
    again.map(({ image }) => image),
  );
  for (const [index, { entry }] of again.entries())
    judged.set(entry, toJudged(second[index] as EngineOutcome));
  return wave.map((entry) => judged.get(entry) as Judged);
};

/** A record without a place in the stream has the lowest version: it can be the first state of a row and never the next. */
const toImage = (key: RecordKey, image: Item, { version }: Entry): CommandImage => ({
  key,
  image,
  version: /^\d{1,40}$/.test(version) ? version : LOWEST_VERSION,
});

const bringIn = (
  session: Session,
  rows: RowWriter,
  images: readonly CommandImage[],
): Promise<EngineOutcome[]> =>
  images.length === 0 ? Promise.resolve([]) : throughEngine(images, session.tables.commands, rows);

const toJudged = (outcome: EngineOutcome): Judged => {
  switch (outcome.status) {
    case 'written':
      return { fate: 'projected', reason: '' };
    case 'stale':
      return { fate: 'obsolete', reason: 'The row is as new, or newer.' };
    case 'failed':
      return { fate: 'failed', reason: outcome.cause };
    default:
      return { fate: 'malformed', reason: outcome.error.message };
  }
};

/** Removes entries; gives those that could not be removed. */
const removeEntries = async (
  { dynamodb, tables }: Session,
  entries: readonly Entry[],
): Promise<Map<Entry, Judged>> => {
  const Statement = `DELETE FROM "${tables.quarantine}" WHERE "table_key"=? AND "version"=?`;
  const errors = await executeStatements(
    dynamodb,
    entries.map(({ tableKey, version }) => ({ Statement, Parameters: [{ S: tableKey }, { S: version }] })),
  );
  const remaining = new Map<Entry, Judged>();
  for (const [index, entry] of entries.entries()) {
    const code = errors[index]?.code;
    // Someone else has removed it: that is what was wanted.
    if (code && code !== 'ConditionalCheckFailed') remaining.set(entry, { fate: 'failed', reason: code });
  }
  return remaining;
};
