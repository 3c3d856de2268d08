import { createReadStream, type Stats, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { NotifyError } from '../session/notify-error.ts';
import { itemsOfDocument, toExportedItem } from './export-format.ts';
import { BATCH_SIZE, type ImportSource, type SourceBatch, type SourceRecord } from './source.ts';

/** What is read into memory as one document; a larger export comes as lines. */
const MAX_DOCUMENT_CHARACTERS = 256 * 1024 * 1024;
/** By the first so many records it is known whether a file is an export of these tables. */
const PROBE = 100;

/**
 * A file, or all files of a folder such as an S3 export makes: JSON or JSON lines, also gzipped, in any form of {@link toExportedItem}.
 * @throws NotifyError `IMPORT.NOT_AN_EXPORT`
 */
export const fileSource = async (path: string, batchSize = BATCH_SIZE): Promise<ImportSource> => {
  const files = await filesOf(path);
  await probe(files);
  return {
    name: files.length === 1 ? path : `${path} (${files.length} files)`,
    batches: (from) => batchesOf(files, Number(from?.['records'] ?? 0), batchSize),
  };
};

const notAnExport = (path: string, why: string, cause?: unknown): NotifyError =>
  new NotifyError('IMPORT.NOT_AN_EXPORT', `${path} ${why}.`, cause);

const filesOf = async (path: string): Promise<string[]> => {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    throw notAnExport(path, 'is not there', error);
  }
  if (!stats.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true });
  const files = entries
    // Beside its data, an S3 export has manifests and markers.
    .filter((name) => /\.(json|jsonl|ndjson)(\.gz)?$/.test(name) && !/(^|\/)manifest-[^/]*$/.test(name))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) throw notAnExport(path, 'holds no .json, .jsonl or .json.gz file');
  return files;
};

/** Looks at the first records: those of another kind of file have neither part of the key. */
const probe = async (files: readonly string[]): Promise<void> => {
  let seen = 0;
  for (const file of files) {
    for await (const { item } of recordsOf(file)) {
      if (item && ('transaction_id' in item || 'created_at' in item)) return;
      if (++seen === PROBE) break;
    }
    if (seen === PROBE) break;
  }
  const [path = ''] = files;
  throw notAnExport(
    path,
    seen === 0 ? 'holds no record' : 'holds no record with a transaction_id or created_at',
  );
};

const batchesOf = async function* (
  files: readonly string[],
  done: number,
  batchSize: number,
): AsyncGenerator<SourceBatch> {
  let read = 0;
  let records: SourceRecord[] = [];
  for (const file of files) {
    for await (const record of recordsOf(file)) {
      if (++read <= done) continue;
      records.push(record);
      if (records.length < batchSize) continue;
      yield { records, next: { records: read } };
      records = [];
    }
  }
  if (records.length > 0) yield { records, next: { records: read } };
};

/** The records of one file: line by line when its first line is a record by itself, else as one document. */
const recordsOf = async function* (file: string): AsyncGenerator<SourceRecord> {
  const input = open(file);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    let number = 0;
    let document: string[] | undefined;
    let characters = 0;
    for await (const line of lines) {
      number += 1;
      if (document) {
        characters += line.length;
        if (characters > MAX_DOCUMENT_CHARACTERS)
          throw notAnExport(
            file,
            'is one JSON document too large to be read at once; give its items as lines',
          );
        document.push(line);
        continue;
      }
      if (line.trim() === '') continue;
      const value = parse(line);
      if (number === 1 && (value === undefined || itemsOfDocument(value))) {
        document = [line];
        continue;
      }
      yield toRecord(`${file}:${number}`, value, line);
    }
    if (document) yield* documentRecords(file, document.join('\n'));
  } catch (error) {
    throw error instanceof NotifyError ? error : notAnExport(file, 'cannot be read to its end', error);
  } finally {
    lines.close();
    input.destroy();
  }
};

const documentRecords = function* (file: string, text: string): Generator<SourceRecord> {
  const document = parse(text);
  const items = itemsOfDocument(document);
  if (items) {
    for (const [index, value] of items.entries())
      yield toRecord(`${file}#${index + 1}`, value, JSON.stringify(value));
  } else if (document !== undefined) {
    yield toRecord(`${file}#1`, document, text);
  } else throw notAnExport(file, 'is neither JSON nor JSON lines');
};

const toRecord = (place: string, value: unknown, text: string): SourceRecord => {
  const item = toExportedItem(value);
  return item ? { place, item } : { place, item: undefined, text };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const open = (file: string): Readable => {
  const bytes = createReadStream(file);
  if (!file.endsWith('.gz')) return bytes.setEncoding('utf8');
  const unzipped = createGunzip();
  bytes.once('error', (error) => unzipped.destroy(error));
  return bytes.pipe(unzipped).setEncoding('utf8');
};
