import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseConfig, Seconds } from './config.ts';
import { toAppError } from './errors/app-error.ts';
import { Id } from './record/vocabulary.ts';

const Config = z.object({ TABLE: Id, TIMEOUT: z._default(Seconds, 5) });

describe('parseConfig', () => {
  it('reads what the schema names', () => {
    expect(parseConfig(Config, { TABLE: 'things', TIMEOUT: '2.5', OTHER: 'x' })).toEqual({
      TABLE: 'things',
      TIMEOUT: 2.5,
    });
    expect(parseConfig(Config, { TABLE: 'things' }).TIMEOUT).toBe(5);
  });

  it('names each variable that is missing or wrong, and no value', () => {
    const read = () => parseConfig(Config, { TIMEOUT: 'secret' });
    expect(read).toThrow('CONFIG.INVALID: Missing or wrong environment variables: TABLE, TIMEOUT.');
    expect(() => parseConfig(Config, { TABLE: 'things', TIMEOUT: '0' })).toThrow(/TIMEOUT/);
    try {
      read();
    } catch (error) {
      expect(toAppError(error).code).toBe('CONFIG.INVALID');
    }
  });
});
