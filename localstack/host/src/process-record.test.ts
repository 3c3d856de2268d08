import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRunning, startRecorded, stopRecorded } from './process-record.ts';

let folder: string;
let record: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-'));
  record = join(folder, 'it.pid');
  log = join(folder, 'it.log');
});
afterEach(async () => {
  await stopRecorded(record);
  rmSync(folder, { recursive: true });
});

const start = (script: string) =>
  startRecorded({
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env['PATH'] ?? '' },
    log,
    record,
  });

const printed = () => vi.waitFor(() => expect(readFileSync(log, 'utf8')).not.toBe(''), { timeout: 15_000 });
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const WAITS = 'console.log(process.pid); setInterval(() => {}, 1000);';
/** Prints the pid of a child of its own and waits. */
const WAITS_WITH_CHILD = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  child.once('spawn', () => console.log(child.pid));
  setInterval(() => {}, 1000);`;

describe('a recorded process', () => {
  it('runs until it is stopped, and has its output in the log', async () => {
    const { pid, exited } = start(WAITS);
    await printed();
    expect(readFileSync(log, 'utf8')).toBe(`${pid}\n`);
    expect(isRunning(record)).toBe(true);
    expect(await stopRecorded(record)).toBe(true);
    await exited;
    expect(isRunning(record)).toBe(false);
    expect(existsSync(record)).toBe(false);
  });

  it('that does not take the hint is killed', async () => {
    start(`process.on('SIGTERM', () => {}); ${WAITS}`);
    await printed();
    expect(await stopRecorded(record, 100)).toBe(true);
    expect(isRunning(record)).toBe(false);
  });

  it('that was killed leaves children, which a stop ends', async () => {
    const { pid, exited } = start(WAITS_WITH_CHILD);
    await printed();
    const child = Number(readFileSync(log, 'utf8'));
    process.kill(pid, 'SIGKILL');
    await exited;
    expect(alive(child)).toBe(true);
    expect(await stopRecorded(record)).toBe(true);
    await vi.waitFor(() => expect(alive(child)).toBe(false), { timeout: 15_000 });
  });

  it('is not taken for another one that has its pid now', async () => {
    const { pid, exited } = start(WAITS);
    await printed();
    const another = join(folder, 'another.pid');
    writeFileSync(another, JSON.stringify({ pid, started: 'long ago' }));
    expect(isRunning(another)).toBe(false);
    expect(await stopRecorded(another)).toBe(false);
    expect(isRunning(record)).toBe(true);
    await stopRecorded(record);
    await exited;
  });

  it('that was never there, or whose record is half written, needs no stop', async () => {
    expect(await stopRecorded(join(folder, 'nothing.pid'))).toBe(false);
    writeFileSync(record, '{"pid": 1');
    expect(await stopRecorded(record)).toBe(false);
    expect(existsSync(record)).toBe(false);
  });
});
