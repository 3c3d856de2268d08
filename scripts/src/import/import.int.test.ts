import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { toItem } from '@notify/dynamodb';
import { createTestTable } from '@notify/dynamodb-local/testing';
import { entryPages, SWITCH_TIMING } from '@notify/read-model';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import type { Session } from '../session/session.ts';
import { aSeedCommand, seedCommands } from '../testing/seed-records.ts';
import { aSession, itemsOf } from '../testing/session.ts';
import { startStandInStream } from '../testing/stand-in-stream.ts';
import { fileSource } from './file-source.ts';
import { type ImportOptions, planImport, runImport } from './import.ts';
import type { ImportSource, SourceBatch } from './source.ts';
import { tableSource } from './table-source.ts';

let folder: string;
let session: Session;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'notify-import-'));
  session = await aSession();
});
afterEach(() => {
  session.dynamodb.destroy();
  rmSync(folder, { recursive: true });
});

const exported = (records: readonly unknown[], batchSize?: number): Promise<ImportSource> => {
  const file = join(folder, 'export.jsonl');
  writeFileSync(file, records.map((record) => JSON.stringify(record)).join('\n'));
  return fileSource(file, batchSize);
};
const options = (fields: Partial<ImportOptions> = {}): ImportOptions => ({
  conversion: {},
  malformed: 'quarantine',
  folder: join(folder, 'notes'),
  ...fields,
});
const setAside = (): { code: string; place: string }[] =>
  readFileSync(join(folder, 'notes/set-aside.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

it('10,000 commands of the systems before become rows, those without a platform by the operator’s word', async () => {
  const source = await exported(seedCommands(10_000));
  const withPlatform = options({ conversion: { defaultPlatform: 'IOS' } });

  const strict = await planImport(session, source, options());
  expect(strict).toMatchObject({ records: 10_000, well_formed: 9_300, malformed: 700, unusable: 0 });
  const plan = await planImport(session, source, withPlatform);
  expect(plan).toMatchObject({
    records: 10_000,
    well_formed: 9_800,
    malformed: 200,
    changes: { 'platform: IOS by default': 500 },
    reasons: [
      { reason: 'RECORD.INVALID Missing: user_id.', records: 100 },
      { reason: 'RECORD.INVALID Invalid: status.', records: 100 },
    ],
  });
  expect((await itemsOf(session, session.tables.commands)).size).toBe(0);

  const stream = startStandInStream(session, SWITCH_TIMING);
  try {
    expect(await runImport(session, source, withPlatform)).toMatchObject({
      records: 10_000,
      imported: 10_000,
      quarantined: 200,
      set_aside: 0,
      verified: 10_000,
      missing: 0,
      complete: true,
    });
    await stream.idle();
  } finally {
    await stream.stop();
  }
  let quarantined = 0;
  for await (const page of entryPages(session.dynamodb, session.tables.quarantine))
    quarantined += page.length;
  expect(quarantined).toBe(200);
  const report = await check(session, { table: session.tables.notifications, segments: 2, settleMs: 0 });
  expect(report).toMatchObject({ commands: 10_000, rows: 9_800, malformed: 200, differences: [] });
}, 240_000);

it('a read table of theirs is read as it is', async () => {
  const table = await createTestTable('notification-records', session.dynamodb);
  const { device_token, payload: _, ...row } = aSeedCommand(7);
  const item = toItem({ ...row, token: device_token, notification_body: 'As it was shown' });
  await session.dynamodb.send(new PutItemCommand({ TableName: table, Item: item }));
  const report = await runImport(session, tableSource(session.dynamodb, table), options());
  expect(report).toMatchObject({ imported: 1, changes: { 'token → device_token': 1 }, complete: true });
  const [command] = (await itemsOf(session, session.tables.commands)).values();
  expect(command).toEqual(toItem({ ...row, device_token, notification_body: 'As it was shown' }));
});

it('a table that is not there is told', async () => {
  const nowhere = tableSource(session.dynamodb, 'nowhere');
  await expect(planImport(session, nowhere, options())).rejects.toMatchObject({ code: 'TABLE.MISSING' });
  await expect(runImport(session, nowhere, options())).rejects.toMatchObject({ code: 'TABLE.MISSING' });
});

it('what the command table cannot hold, or holds otherwise, is set aside with its reason', async () => {
  const taken = aSeedCommand(1);
  await session.dynamodb.send(
    new PutItemCommand({
      TableName: session.tables.commands,
      Item: toItem({ ...taken, notification_title: 'Newer' }),
    }),
  );
  const { created_at: _, ...withoutKey } = aSeedCommand(2);
  const source = await exported([
    aSeedCommand(0),
    taken,
    withoutKey,
    { ...aSeedCommand(3), payload: 'x'.repeat(500_000) },
    { ...aSeedCommand(4), more: { deep: ['x'.repeat(500_000)] } },
    7,
    aSeedCommand(5),
    aSeedCommand(5),
    { ...aSeedCommand(5), status: 'SENT', notification_title: 'Another one' },
  ]);
  const report = await runImport(session, source, options());
  expect(report).toMatchObject({ records: 9, imported: 2, already_there: 1, set_aside: 6, complete: true });
  expect(setAside().map(({ code, place }) => [Number(place.split(':').at(-1)), code])).toEqual(
    expect.arrayContaining([
      [2, 'IMPORT.KEY_TAKEN'],
      [3, 'IMPORT.KEY_MISSING'],
      [4, 'IMPORT.RECORD_TOO_LARGE'],
      [5, 'IMPORT.RECORD_TOO_LARGE'],
      [6, 'IMPORT.RECORD_UNREADABLE'],
      [9, 'IMPORT.KEY_TAKEN'],
    ]),
  );
  const commands = await itemsOf(session, session.tables.commands);
  expect(commands.size).toBe(3);
  expect([...commands.values()]).toContainEqual(toItem({ ...taken, notification_title: 'Newer' }));
});

it('whatever attributes a record has are taken over', async () => {
  const odd = {
    "it's": { S: 'quoted' },
    '"': { N: '1.50' },
    ['__proto__']: { S: 'x' },
    bytes: { B: 'aGk=' },
  };
  const command = toItem(aSeedCommand(1));
  const source = await exported([{ ...command, ...odd, list: { L: [{ NULL: true }] } }]);
  expect(await runImport(session, source, options())).toMatchObject({ imported: 1, complete: true });
  const [stored] = (await itemsOf(session, session.tables.commands)).values();
  // The SDK reads no attribute of that name.
  const readable = Object.fromEntries(Object.entries(odd).filter(([name]) => name !== '__proto__'));
  const read = Object.fromEntries(Object.entries(stored ?? {}).filter(([, value]) => value !== undefined));
  expect(read).toEqual({
    ...command,
    ...readable,
    '"': { N: '1.5' },
    bytes: { B: new Uint8Array(Buffer.from('hi')) },
    list: { L: [{ NULL: true }] },
  });
});

it('what DynamoDB refuses is set aside with its words, and its neighbours are not', async () => {
  const source = await exported([
    toItem(aSeedCommand(0)),
    { ...toItem(aSeedCommand(1)), precise: { N: '1'.repeat(60) } },
    toItem(aSeedCommand(2)),
  ]);
  expect(await runImport(session, source, options())).toMatchObject({
    imported: 2,
    set_aside: 1,
    complete: true,
  });
  expect(setAside()).toMatchObject([
    { code: 'IMPORT.RECORD_REFUSED', reason: expect.stringMatching(/digits/) },
  ]);
});

it('malformed ones are set aside instead when the operator says so', async () => {
  const source = await exported(seedCommands(100));
  const report = await runImport(session, source, options({ malformed: 'set-aside' }));
  expect(report).toMatchObject({ imported: 93, quarantined: 0, set_aside: 7, complete: true });
  expect(new Set(setAside().map(({ code }) => code))).toEqual(new Set(['IMPORT.RECORD_MALFORMED']));
});

it('goes on where it was when it was killed, before or behind its last note', async () => {
  const source = await exported([...seedCommands(70), 7], 50);
  const killed = (batches: number): ImportSource => ({
    ...source,
    batches: async function* (from): AsyncGenerator<SourceBatch> {
      let left = batches;
      for await (const batch of source.batches(from)) {
        if (left-- === 0) throw new Error('killed');
        yield batch;
      }
    },
  });
  await expect(runImport(session, killed(1), options())).rejects.toThrow('killed');
  expect((await itemsOf(session, session.tables.commands)).size).toBe(50);
  // Killed in the middle of a batch: some of it is written, and nothing is noted.
  const half = await exported(seedCommands(60), 50);
  await runImport(session, half, options({ folder: join(folder, 'elsewhere') }));

  const resumed = await exported([...seedCommands(70), 7], 50);
  await expect(runImport(session, killed(1), options({ malformed: 'set-aside' }))).rejects.toMatchObject({
    code: 'IMPORT.STATE_FOREIGN',
  });
  expect(await runImport(session, resumed, options())).toMatchObject({
    records: 71,
    imported: 60,
    already_there: 10,
    set_aside: 1,
    verified: 70,
    complete: true,
  });
  expect(setAside()).toHaveLength(1);
  // To its end: the next one begins anew, and finds everything.
  expect(await runImport(session, resumed, options())).toMatchObject({
    imported: 0,
    already_there: 70,
    complete: true,
  });
});
