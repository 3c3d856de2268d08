import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type StackFolder, stackFolder } from './folders.ts';
import { startRecorded, stopRecorded } from './process-record.ts';
import { down, terraformOf, up } from './stack.ts';
import { apiUrl, readState, writeState } from './stack-state.ts';

let path: string;
let folder: StackFolder;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'stack-'));
  folder = stackFolder(path);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(path, { recursive: true, force: true });
});

const say = () => {};
const state = {
  runs_in: 'host',
  aws_url: 'http://127.0.0.1:1',
  service_url: 'http://127.0.0.1:2',
  service_url_inside: 'http://127.0.0.1:2',
} as const;

it.each(['port', 'servicePort'] as const)('a taken %s is refused before anything starts', async (option) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const ports = { port: 0, servicePort: 0, [option]: port };
    await expect(up({ folder, ...ports, runsIn: 'host', say })).rejects.toMatchObject({ code: 'PORT.TAKEN' });
    expect(readState(folder)).toBeUndefined();
  } finally {
    server.close();
  }
});

it('a second start beside a running one is refused', async () => {
  const running = startRecorded({
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    env: {},
    log: folder.log('localstack'),
    record: folder.record('localstack'),
  });
  await expect(up({ folder, port: 0, servicePort: 0, say })).rejects.toMatchObject({
    code: 'LOCALSTACK.RUNNING',
  });
  await stopRecorded(folder.record('localstack'));
  await running.exited;
});

it('an apply without LocalStack is refused', async () => {
  await expect(terraformOf(folder, say)).rejects.toMatchObject({ code: 'LOCALSTACK.NOT_RUNNING' });
  writeState(folder, state);
  await expect(terraformOf(folder, say)).rejects.toMatchObject({ code: 'LOCALSTACK.NOT_RUNNING' });
});

it('down forgets a stack that is gone, and says so', async () => {
  writeState(folder, state);
  writeFileSync(folder.outputs, '{}');
  expect(readState(folder)).toEqual(state);
  expect(await down(folder)).toBe(false);
  expect(readState(folder)).toBeUndefined();
});

it('a stack in Docker is no obstacle when its engine is gone', async () => {
  // A `docker` that finds no engine.
  writeFileSync(join(path, 'docker'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  vi.stubEnv('PATH', path);
  writeState(folder, { ...state, runs_in: 'docker' });
  expect(await down(folder)).toBe(true);
  expect(readState(folder)).toBeUndefined();
});

it('an API has a URL that is known before it is made', () => {
  expect(apiUrl('http://127.0.0.1:4566', 'notifications')).toBe(
    'http://127.0.0.1:4566/_aws/execute-api/notifications/v1',
  );
});
