import { toNotification } from '@notify/shared-domain';
import { aRow } from '@notify/shared-domain/testing';
import { describe, expect, it } from 'vitest';
import { csvHead, csvLine } from './csv.ts';

const cellsOf = (fields: Parameters<typeof aRow>[0]): string[] =>
  csvLine(toNotification({ ...aRow(fields) }))
    .trimEnd()
    .split(',');
const titleOf = (notification_title: string): string => {
  const line = csvLine(toNotification({ ...aRow({ notification_title }) }));
  const column = csvHead().trimEnd().split(',').indexOf('notification_title');
  expect(line.endsWith('\r\n')).toBe(true);
  return line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)[column] ?? '';
};

describe('a line of CSV', () => {
  it('has the columns of the head, and its times in UTC', () => {
    expect(csvHead()).toMatch(/^transaction_id,created_at,user_id,.*\r\n$/);
    expect(cellsOf({}).slice(0, 3)).toEqual(['tx_001', '2024-01-01T00:00:00.000Z', 'test_user_001']);
    expect(cellsOf({})).toHaveLength(csvHead().split(',').length);
    expect(csvLine({ ...aRow({}), created_at: 9e15 } as never)).toContain('9000000000000000');
  });

  it.each([
    ['plain', 'plain'],
    ['a "quoted", text', '"a ""quoted"", text"'],
    ['two\nlines', '"two\nlines"'],
    ['semi;colon', '"semi;colon"'],
  ])('quotes %j', (text, cell) => {
    expect(titleOf(text)).toBe(cell);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1+1', '＝1', '=cmd|x!A1', '0012', '12345678901234567', '1E5'])(
    'keeps %j a text',
    (text) => {
      expect(titleOf(text)).toBe(`'${text}`);
    },
  );

  it('keeps a tab from being one', () => {
    expect(titleOf('\t=1')).toBe('"\'\t=1"');
  });
});
