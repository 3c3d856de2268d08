import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';
import { EXIT, NOTIFY_ERRORS } from './session/notify-error.ts';

const docs = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
const firstCells = (pattern: RegExp): string[] => [...docs.matchAll(pattern)].map(([, cell]) => cell ?? '');

describe('docs/cli.md', () => {
  it('explains every error code, and no other', () => {
    expect(firstCells(/^\| `([A-Z]+\.[A-Z_]+)` \|/gm)).toEqual(Object.keys(NOTIFY_ERRORS));
  });

  it('explains every exit code, and no other', () => {
    expect(firstCells(/^\| (\d+) \|/gm).map(Number)).toEqual(Object.values(EXIT));
  });

  it('names every command', () => {
    for (const command of createProgram().commands) expect(docs).toContain(`\`${command.name()}`);
  });

  it('has a command for every script of the systems before', () => {
    const scripts = [
      'simulate_writes.py',
      'check_tables.py',
      'manual_query.ps1',
      'simple_query.ps1',
      'query_services.ps1',
      'quick_test.ps1',
      'run_tests.ps1',
      'verify_system.ps1',
      'setup.sh',
      'deploy-ecs.sh',
    ];
    for (const script of scripts) expect(docs).toContain(script);
  });
});
