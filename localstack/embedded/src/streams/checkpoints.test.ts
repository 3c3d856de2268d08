import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkpoints } from './checkpoints.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'checkpoints-'));
  file = join(directory, 'deep', 'fn.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

const opened = (streamArn: string) => {
  const checkpoints = new Checkpoints(file);
  checkpoints.open(streamArn);
  return checkpoints;
};

test('a restart goes on where it was, without leftovers beside the file', () => {
  const before = opened('arn:1');
  before.advance('shard-1', '100');
  before.complete('shard-1');
  before.advance('shard-2', '200');
  const after = opened('arn:1');
  expect(after.get('shard-1')).toEqual({ sequence_number: '100', complete: true });
  expect(after.get('shard-2')).toEqual({ sequence_number: '200', complete: false });
  expect(readdirSync(join(directory, 'deep'))).toEqual(['fn.json']);
});

test('the checkpoints of another stream are dropped, at a restart and while running', () => {
  const checkpoints = opened('arn:1');
  checkpoints.advance('shard-1', '100');
  expect(opened('arn:2').get('shard-1')).toBeUndefined();
  checkpoints.open('arn:3');
  expect(checkpoints.get('shard-1')).toBeUndefined();
});

test('an unreadable file means to begin at the beginning', () => {
  opened('arn:1').advance('shard-1', '100');
  writeFileSync(file, '{"stream_arn": "arn:1", "sha');
  expect(opened('arn:1').get('shard-1')).toBeUndefined();
});

test('shards that are gone are forgotten', () => {
  const checkpoints = opened('arn:1');
  checkpoints.advance('shard-1', '100');
  checkpoints.advance('shard-2', '200');
  checkpoints.keepOnly(new Set(['shard-2']));
  expect(checkpoints.get('shard-1')).toBeUndefined();
  expect(checkpoints.get('shard-2')).toBeDefined();
});
