import { toAppError } from '@notify/shared-domain';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readConfig, Seconds, TableName } from './config.ts';

const Config = z.object({ TABLE: TableName, TIMEOUT: z._default(Seconds, 5) });

describe('readConfig', () => {
  it('reads what the schema names', () => {
    expect(readConfig(Config, { TABLE: 'things', TIMEOUT: '2.5', OTHER: 'x' })).toEqual({
      TABLE: 'things',
      TIMEOUT: 2.5,
    });
    expect(readConfig(Config, { TABLE: 'things' }).TIMEOUT).toBe(5);
  });

  it('names each variable that is missing or wrong, and no value', () => {
    const read = () => readConfig(Config, { TIMEOUT: 'secret' });
    expect(read).toThrow('CONFIG.INVALID: Missing or wrong environment variables: TABLE, TIMEOUT.');
    expect(() => readConfig(Config, { TABLE: 'things', TIMEOUT: '0' })).toThrow(/TIMEOUT/);
    try {
      read();
    } catch (error) {
      expect(toAppError(error).code).toBe('CONFIG.INVALID');
    }
  });
});
