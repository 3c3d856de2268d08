import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Bar, TableFormat } from './table.ts';

const MOMENT = new Date('2026-11-24T19:30:00.000Z');
const people = (colours: boolean) => ({ forPeople: true, colours });

describe('a table for people', () => {
  it('has no rules, numbers to the right, and bars', () => {
    const table = new TableFormat(['name', 'count', ''], people(false));
    expect(
      table.format([
        ['spring', 7, new Bar(0.5)],
        ['summer', 1_200, new Bar(1)],
      ]),
    ).toBe(
      ['name    count', `spring      7  ${'█'.repeat(15)}`, `summer   1200  ${'█'.repeat(30)}`].join('\n'),
    );
  });

  it('has local times, with their zone once', () => {
    const text = new TableFormat(['created'], people(false)).format([[MOMENT], [MOMENT]]);
    const [head, first] = text.split('\n');
    expect(head).toMatch(/^created \(.+\)$/);
    expect(first).toBe(`${MOMENT.toLocaleDateString('sv')} ${MOMENT.toLocaleTimeString('sv')}.000`);
  });

  it('has statuses in colours, where there are any', () => {
    const rows = [['FAILED'], ['other']];
    const coloured = new TableFormat(['status'], people(true)).format(rows);
    expect(coloured).toContain('\u001b[31mFAILED');
    expect(stripVTControlCharacters(coloured)).toBe('status\nFAILED\nother');
    expect(new TableFormat(['status'], people(false)).format(rows)).toBe('status\nFAILED\nother');
  });

  it('goes on in the same columns', () => {
    const table = new TableFormat(['id', 'title'], people(false));
    table.format([['a-long-id', 'x']]);
    expect(table.format([['b', 'y']])).toBe('b          y');
  });

  it('lets no text command the terminal', () => {
    expect(new TableFormat(['t'], people(false)).format([['a\u001b[2Jb\nc']])).toBe('t\na\\u001b[2Jb\\nc');
  });
});

it('is parted by tabs for programs, with times in UTC and without bars', () => {
  const table = new TableFormat(['created', 'status', ''], { forPeople: false, colours: false });
  expect(table.format([[MOMENT, 'FAILED', new Bar(1)]])).toBe(
    'created\tstatus\t\n2026-11-24T19:30:00.000Z\tFAILED\t',
  );
  expect(table.format([[MOMENT, undefined, null]])).toBe('2026-11-24T19:30:00.000Z\t\t');
});
