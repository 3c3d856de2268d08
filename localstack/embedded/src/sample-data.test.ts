import { readdirSync, readFileSync } from 'node:fs';
import { parseCommandRecord } from '@notify/shared-domain';
import { expect, test } from 'vitest';
import { SAMPLE_COMMANDS, SAMPLE_USER, shownCommand, toItem } from './sample-data.ts';

const commands = [...SAMPLE_COMMANDS, shownCommand(1_700_000_000_000)];

test('every sample command is one that the projection takes', () => {
  for (const command of commands) expect(parseCommandRecord(command)).toEqual(command);
});

test('each has a key of its own, so that none overwrites another and a second run writes the same', () => {
  const keys = commands.map(({ transaction_id, created_at }) => `${transaction_id} ${created_at}`);
  expect(new Set(keys).size).toBe(commands.length);
});

test('an item holds numbers as N, text as S, and no absent attribute', () => {
  const { send_ts, ...command } = shownCommand(5);
  expect(send_ts).toBeUndefined();
  expect(toItem(command)).toMatchObject({ transaction_id: { S: 'tx_003' }, delivered_ts: { N: '5' } });
  expect(toItem(command)).not.toHaveProperty('send_ts');
});

test('no example of a document writes what the sample has written', () => {
  const root = new URL('../../../', import.meta.url);
  const pages = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
  const text = ['README.md', ...pages.map((name) => `docs/${name}`)]
    .map((path) => readFileSync(new URL(path, root), 'utf8'))
    .join('\n');
  const written = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, id]) => id);
  const transactions = written(/"transaction_id": ?\{"S": ?"([^"]+)"\}/g);
  const users = written(/"user_id": ?"([^"]+)", ?"event_type"/g);
  expect(transactions.length).toBeGreaterThan(1);
  expect(users).toContain('user-001');
  for (const { transaction_id } of commands) expect(transactions).not.toContain(transaction_id);
  expect(users).not.toContain(SAMPLE_USER.user_id);
});
