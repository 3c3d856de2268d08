import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { toItem } from '@notify/dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileSource } from './file-source.ts';
import type { SourceRecord } from './source.ts';

const record = (n: number) => ({ transaction_id: `tx_${n}`, created_at: n });
const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notify-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};

const read = async (path: string, done = 0): Promise<SourceRecord[]> => {
  const records: SourceRecord[] = [];
  for await (const batch of (await fileSource(path)).batches({ records: done }))
    records.push(...batch.records);
  return records;
};

const items = [1, 2, 3].map((n) => toItem(record(n)));

describe('a file', () => {
  it.each([
    ['JSON lines', lines([1, 2, 3].map(record))],
    ['DynamoDB JSON lines with an empty one', `${lines(items)}\n\n`],
    ['what a scan prints', JSON.stringify({ Items: items, Count: 3, ScannedCount: 3 }, null, 4)],
    ['what a scan prints in one line', JSON.stringify({ Items: items, Count: 3 })],
    ['an array', JSON.stringify([1, 2, 3].map(record), null, 2)],
  ])('is read: %s', async (_, text) => {
    expect((await read(put('export.json', text))).map(({ item }) => item)).toEqual(items);
  });

  it('may be one record over several lines', async () => {
    expect(await read(put('one.json', JSON.stringify(record(7), null, 2)))).toMatchObject([
      { item: toItem(record(7)) },
    ]);
  });

  it('goes on behind what was read', async () => {
    const path = put('export.jsonl', lines(Array.from({ length: 1_200 }, (_, n) => record(n))));
    const rest = await read(path, 700);
    expect(rest).toHaveLength(500);
    expect(rest[0]).toEqual({ place: `${path}:701`, item: toItem(record(700)) });
  });

  it('has a line that is no record among its records, with where it stands', async () => {
    const path = put('export.jsonl', `${lines(items)}\n{"transaction_id": {"S": "tx_4"}, "cre`);
    expect((await read(path)).at(-1)).toEqual({
      place: `${path}:4`,
      item: undefined,
      text: '{"transaction_id": {"S": "tx_4"}, "cre',
    });
  });
});

it('a folder of an S3 export is read, without its manifests', async () => {
  put('AWSDynamoDB/01/manifest-files.json', '{"itemCount":3}');
  put('AWSDynamoDB/01/data/a.json.gz', gzipSync(lines(items.slice(0, 2).map((Item) => ({ Item })))));
  put('AWSDynamoDB/01/data/b.json.gz', gzipSync(lines(items.slice(2).map((Item) => ({ Item })))));
  expect((await read(folder)).map(({ item }) => item)).toEqual(items);
});

describe('no export', () => {
  it.each([
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 1, 2])],
    ['an empty file', ''],
    ['prose', 'Dear all,\nplease find the export enclosed.'],
    ['JSON of something else', '{"name": "package", "version": "1.0.0"}'],
    ['an empty scan', '{"Items": [], "Count": 0}'],
    ['JSON that is cut off', '{"Items": [{"transaction_id": {"S": "tx"}}'],
  ])('%s', async (_, content) => {
    await expect(fileSource(put('export.json', content))).rejects.toMatchObject({
      code: 'IMPORT.NOT_AN_EXPORT',
    });
  });

  it.each([
    ['what is not there', 'nowhere.json', undefined],
    ['a folder without one', '.', undefined],
    ['what is not gzipped', 'export.json.gz', lines(items)],
  ])('%s', async (_, name, content) => {
    if (content !== undefined) put(name, content);
    await expect(fileSource(join(folder, name))).rejects.toMatchObject({ code: 'IMPORT.NOT_AN_EXPORT' });
  });

  it('an archive that is cut off in its middle ends the reading', async () => {
    const whole = gzipSync(lines(Array.from({ length: 50_000 }, (_, n) => record(n * 7919))));
    await expect(read(put('export.json.gz', whole.subarray(0, whole.length / 2)))).rejects.toMatchObject({
      code: 'IMPORT.NOT_AN_EXPORT',
    });
  });
});
