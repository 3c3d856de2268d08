import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAppError } from '../errors/app-error.ts';
import { Id } from '../record/vocabulary.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { parseQuery } from './parse-query.ts';
import { MAX_CURSOR_LENGTH } from './query.ts';

const user = parseQuery('user', { user_id: 'u', status: 'SENT', from: 1 });
const key = { transaction_id: 'tx_001', created_at: 1_704_067_200_000 };

const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return toAppError(error).code;
  }
  return 'accepted';
};

describe('a cursor', () => {
  it('leads back to its key', () => {
    const anyKey = fc.record({
      transaction_id: fc.string({ minLength: 1 }),
      created_at: fc.integer({ min: 1 }),
    });
    fc.assert(
      fc.property(anyKey, (any) => {
        expect(decodeCursor(encodeCursor(user, any), user)).toEqual(any);
      }),
      { seed: 1 },
    );
  });

  it('fits its bound with the longest id', () => {
    for (const character of ['語', '\u0001', '"', 'x']) {
      const longest = { transaction_id: character.repeat(256), created_at: Number.MAX_SAFE_INTEGER };
      const cursor = encodeCursor(user, longest);
      expect(cursor.length).toBeLessThanOrEqual(MAX_CURSOR_LENGTH);
      expect(parseQuery('user', { ...user, cursor })).toEqual({ ...user, cursor });
    }
  });

  it('of any row is one that the API takes', () => {
    const anyId = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 256 })
      .filter((id) => Id.safeParse(id).success);
    fc.assert(
      fc.property(anyId, fc.maxSafeNat(), (transaction_id, created_at) => {
        const query = parseQuery('fail', {});
        const cursor = encodeCursor(query, { transaction_id, created_at });
        expect(parseQuery('fail', { cursor }).cursor).toBe(cursor);
      }),
      { seed: 1 },
    );
  });

  it('that was made up of half a character is damaged', () => {
    const cursor = encodeCursor(user, { ...key, transaction_id: '\ud800' });
    expect(codeOf(() => decodeCursor(cursor, user))).toBe('QUERY.CURSOR.INVALID');
  });

  it('that was given out stays good', () => {
    const given = 'WzEsImFnY0kyYXByeXZWciIsMTcwNDA2NzIwMDAwMCwidHhfMDAxIiwiQnF0V1hscEFRSnBfIl0';
    expect(encodeCursor(user, key)).toBe(given);
    expect(decodeCursor(given, user)).toEqual(key);
  });

  it('does not ask in which order the query was put together', () => {
    const reordered = Object.fromEntries(Object.entries(user).reverse()) as unknown as typeof user;
    expect(decodeCursor(encodeCursor(user, key), reordered)).toEqual(key);
  });

  it('serves pages of another size', () => {
    expect(decodeCursor(encodeCursor(user, key), { ...user, limit: 7 })).toEqual(key);
  });

  it('serves V1’s failures and V4’s alike', () => {
    const cursor = encodeCursor(parseQuery('failures', { transaction_id: 'tx_001' }), key);
    expect(decodeCursor(cursor, parseQuery('fail', { transaction_id: 'tx_001' }))).toEqual(key);
  });

  it('is foreign to the same fields of another kind of query', () => {
    const fields = { transaction_id: 'tx_001' };
    const cursor = encodeCursor(parseQuery('transaction', fields), key);
    const foreign = () => decodeCursor(cursor, parseQuery('fail', fields));
    expect(codeOf(foreign)).toBe('QUERY.CURSOR.FOREIGN');
    expect(foreign).toThrow('The cursor belongs to another query; only limit may change between pages.');
  });

  it.each([
    parseQuery('user', { user_id: 'v', status: 'SENT', from: 1 }),
    parseQuery('user', { user_id: 'u', from: 1 }),
    parseQuery('user', { user_id: 'u', status: 'SENT', from: 2 }),
    parseQuery('user', { user_id: 'u', status: 'SENT', from: 1, order: 'asc' }),
    parseQuery('marketing', { marketing_id: 'u', status: 'SENT', from: 1 }),
  ])('is foreign to another query: %j', (other) => {
    const cursor = encodeCursor(user, key);
    expect(codeOf(() => decodeCursor(cursor, other))).toBe('QUERY.CURSOR.FOREIGN');
    expect(codeOf(() => parseQuery(other.query_type, { ...other, cursor }))).toBe('QUERY.CURSOR.FOREIGN');
  });

  it('is refused after any change', () => {
    const cursor = encodeCursor(user, key);
    const change = fc.tuple(fc.nat(cursor.length - 1), fc.constantFrom(...'ABCabc019-_=! é'));
    fc.assert(
      fc.property(change, ([at, char]) => {
        const changed = cursor.slice(0, at) + char + cursor.slice(at + 1);
        fc.pre(changed !== cursor);
        expect(codeOf(() => decodeCursor(changed, user))).toBe('QUERY.CURSOR.INVALID');
      }),
      { seed: 1 },
    );
    for (const changed of [`${cursor}=`, cursor.slice(1), `${cursor}AA`]) {
      expect(codeOf(() => decodeCursor(changed, user))).toBe('QUERY.CURSOR.INVALID');
    }
  });

  it('is refused when somebody has made it up with care', () => {
    const encode = (members: readonly unknown[]) =>
      Buffer.from(JSON.stringify(members)).toString('base64url');
    const [version, print, at, id] = JSON.parse(Buffer.from(encodeCursor(user, key), 'base64url').toString());
    const forged = (...content: readonly unknown[]) => {
      const digest = createHash('sha256').update(JSON.stringify(content)).digest('base64url');
      return encode([...content, digest.slice(0, 12)]);
    };
    expect(decodeCursor(forged(version, print, at, id), user)).toEqual(key);
    for (const content of [
      [2, print, at, id],
      [version, print, String(at), id],
      [version, print, null, id],
      [version, print, at, 5],
      [version, print, at, ''],
      [version, print, at],
      [],
    ]) {
      const refused = () => decodeCursor(forged(...content), user);
      expect(codeOf(refused)).toBe('QUERY.CURSOR.INVALID');
      expect(refused).toThrow(
        'The cursor is damaged; take next_cursor as it was given, or begin without a cursor.',
      );
    }
  });

  it('may point at the bounds of the query', () => {
    const range = parseQuery('fail', { from: 5, to: 9 });
    const at = (created_at: number) =>
      codeOf(() => decodeCursor(encodeCursor(range, { ...key, created_at }), range));
    expect([4, 5, 8, 9].map(at)).toEqual([
      'QUERY.CURSOR.INVALID',
      'accepted',
      'accepted',
      'QUERY.CURSOR.INVALID',
    ]);
    const newest = parseQuery('fail', {});
    expect(decodeCursor(encodeCursor(newest, { ...key, created_at: 0 }), newest)).toEqual({
      ...key,
      created_at: 0,
    });
  });

  it('is refused when it points where the query never reads', () => {
    const before = encodeCursor(user, { ...key, created_at: 0 });
    expect(codeOf(() => decodeCursor(before, user))).toBe('QUERY.CURSOR.INVALID');
    const until = parseQuery('fail', { to: 5 });
    expect(codeOf(() => decodeCursor(encodeCursor(until, key), until))).toBe('QUERY.CURSOR.INVALID');
    const transaction = parseQuery('transaction', { transaction_id: 'other' });
    expect(codeOf(() => decodeCursor(encodeCursor(transaction, key), transaction))).toBe(
      'QUERY.CURSOR.INVALID',
    );
  });

  it.each([
    '',
    'x',
    'e30',
    Buffer.from('null').toString('base64url'),
    Buffer.from('[1]').toString('base64url'),
  ])('is not %j', (text) => {
    expect(codeOf(() => decodeCursor(text, user))).toBe('QUERY.CURSOR.INVALID');
  });
});
