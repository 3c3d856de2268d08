import { toItem } from '@notify/dynamodb';
import { AppError } from '@notify/shared-domain';
import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';

const VERSION = '1'.padStart(40, '0');
const quarantineKey = 'commands#key';
const columns = { status: 'SENT', send_ts: 5, marketing_id: undefined };
const key = { transaction_id: 'tx', created_at: 1 };
const row = (fields: object = {}) =>
  toItem({ ...key, status: 'SENT', send_ts: 5, version: VERSION, ...fields });

describe('a command and its row', () => {
  it('are in step when every column is the same', () => {
    expect(judge({ columns, quarantineKey }, row())).toEqual({});
  });

  it.each([
    [{ status: 'FAILED' }, ['status']],
    [{ send_ts: undefined }, ['send_ts']],
    [{ marketing_id: 'left over' }, ['marketing_id']],
    [{ version: '7' }, ['version']],
    [{ status: 'FAILED', send_ts: 6 }, ['send_ts', 'status']],
  ])('differ by %j', (fields, names) => {
    expect(judge({ columns, quarantineKey }, row(fields))).toEqual({
      defect: 'different',
      fields: names,
      quarantineKey,
    });
  });

  it('miss each other', () => {
    expect(judge({ columns, quarantineKey }, undefined)).toEqual({ defect: 'missing', quarantineKey });
    expect(judge({ columns, quarantineKey }, row({ deleted: true }))).toEqual({
      defect: 'missing',
      quarantineKey,
    });
    expect(judge(undefined, row())).toEqual({ defect: 'orphan' });
  });

  it('are in order when both are gone', () => {
    expect(judge(undefined, undefined)).toEqual({});
    expect(judge(undefined, row({ deleted: true }))).toEqual({});
  });

  it('are for quarantine to judge when the command is malformed', () => {
    const error = new AppError('RECORD.INVALID');
    expect(judge({ error, quarantineKey: 'k' }, row())).toEqual({ quarantineKey: 'k' });
  });
});
