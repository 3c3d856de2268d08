import { expect, test } from 'vitest';
import { masked } from './mask.ts';

test('of a token only the end is shown, and of a short one nothing', () => {
  expect(masked('device-token-1234')).toBe('••••1234');
  expect(masked('12345678')).toBe('••••');
});
