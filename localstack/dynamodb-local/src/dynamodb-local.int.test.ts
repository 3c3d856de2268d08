import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LOCAL_AWS, loadTables } from '@notify/dynamodb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTables, startDynamoDBLocal } from './index.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dynamodb-local-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const Key = { transaction_id: { S: 'tx_001' }, created_at: { N: '1' } };
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a data directory keeps the items over a restart, whatever it is tuned for', async () => {
  const first = await startDynamoDBLocal({ dataDir: directory });
  const writer = new DynamoDBClient({ ...LOCAL_AWS, endpoint: first.endpoint });
  await createTables(writer, loadTables());
  await writer.send(new PutItemCommand({ TableName: 'command-records', Item: Key }));
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);

  const second = await startDynamoDBLocal({ dataDir: directory, tunedFor: 'throughput' });
  const reader = new DynamoDBClient({ ...LOCAL_AWS, endpoint: second.endpoint });
  await createTables(reader, loadTables());
  const { Item } = await reader.send(new GetItemCommand({ TableName: 'command-records', Key }));
  expect(Item).toEqual(Key);
  await second.stop();
  await second.stop();
});

test('it does not outlive a parent that is killed', async () => {
  const parent = fork(new URL('parent.fixture.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [pid] = (await once(parent, 'message')) as [number];
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 });
});

test('a taken port is named', async () => {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(startDynamoDBLocal({ port })).rejects.toMatchObject({
    code: 'PORT.TAKEN',
    message: expect.stringContaining(String(port)),
  });
  server.close();
});

const fakeJava = (stderr: string) => {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'java'), `#!/bin/sh\necho '${stderr}' >&2\nexit 1\n`);
  chmodSync(join(bin, 'java'), 0o755);
};

test.each([
  ['JAVA.MISSING', undefined],
  ['JAVA.MISSING', 'Unable to locate a Java Runtime.'],
  ['JAVA.TOO_OLD', 'java.lang.UnsupportedClassVersionError: class file version 61.0'],
  ['DYNAMODB.START_FAILED', 'Error: disk full'],
])('a Java that cannot run it fails with %s (%s)', async (code, stderr) => {
  if (stderr) fakeJava(stderr);
  vi.stubEnv('JAVA_HOME', directory);
  await expect(startDynamoDBLocal()).rejects.toMatchObject({ code });
});
