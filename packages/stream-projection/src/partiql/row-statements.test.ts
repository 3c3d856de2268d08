import { expect, it } from 'vitest';
import { RowStatements } from './row-statements.ts';

const key = [
  { name: 'id', type: 'S' },
  { name: 'at', type: 'N' },
] as const;
const statements = new RowStatements('rows', { key, columns: ['a', 'b', 'c'] });

it('inserts the present columns', () => {
  expect(statements.for(0b101).insert).toBe(
    `INSERT INTO "rows" VALUE {'id':?,'at':?,'version':?,'a':?,'c':?}`,
  );
});

it('sets the present columns and removes the others', () => {
  expect(statements.for(0b100).update).toBe(
    'UPDATE "rows" SET "version"=? SET "c"=? REMOVE "a" REMOVE "b" WHERE "id"=? AND "at"=? AND ("version" < ? OR "version" IS MISSING)',
  );
});

it('makes each text once', () => {
  expect(statements.for(3)).toBe(statements.for(3));
});

it('quotes names', () => {
  const odd = new RowStatements('rows', { key: [{ name: 'i"d', type: 'S' }], columns: ["a'b"] }).for(1);
  expect(odd.insert).toBe(`INSERT INTO "rows" VALUE {'i"d':?,'version':?,'a''b':?}`);
  expect(odd.update).toContain(`SET "a'b"=? WHERE "i""d"=?`);
});

it('tells apart as many columns as it takes', () => {
  const columns = Array.from({ length: 53 }, (_, i) => `c${i}`);
  const { insert } = new RowStatements('rows', { key, columns }).for(2 ** 52 + 1);
  expect(insert).toBe(`INSERT INTO "rows" VALUE {'id':?,'at':?,'version':?,'c0':?,'c52':?}`);
});

it('takes a statement of 8,192 characters, and none that is longer', () => {
  const made = (column: string) => new RowStatements('rows', { key, columns: [column] });
  const room = 8_192 - made('').for(0).update.length;
  expect(made('c'.repeat(room)).for(0).update).toHaveLength(8_192);
  expect(() => made('c'.repeat(room + 1))).toThrow('The 1 columns of rows do not fit into a statement.');
});

it.each([
  ['to tell apart', Array.from({ length: 54 }, (_, i) => `c${i}`)],
  ['for an update', Array.from({ length: 40 }, (_, i) => `${'c'.repeat(200)}${i}`)],
  ['for an insert, which doubles other quotes', ["'".repeat(4_096)]],
])('refuses more columns than it has room %s', (_, columns) => {
  expect(() => new RowStatements('rows', { key, columns })).toThrow('CONFIG.INVALID');
});
