import { expect, it } from 'vitest';
import { toRowShape } from './projection.ts';
import { accounts } from './testing/accounts.ts';

it('stores the columns that are not key, and the own ones', () => {
  const shape = toRowShape({ ...accounts, columns: ['account', 'owner'] as never });
  expect(shape.columns).toEqual(['deleted', 'expires_at', 'owner']);
});

it('says which names it needs for itself', () => {
  expect(() => toRowShape({ ...accounts, columns: ['deleted', 'owner', 'version'] as never })).toThrow(
    "Columns of the engine's own: deleted, version.",
  );
});

it.each(['version', 'deleted', 'expires_at'])('needs the name %s for itself', (name) => {
  expect(() => toRowShape({ ...accounts, columns: [name] as never })).toThrow('CONFIG.INVALID');
});
