import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

test('the counts of a campaign as lines that a spreadsheet reads, and no formula among them', () => {
  const csv = toCsv({
    marketing_id: '=1+1',
    total: 3,
    by_status: { SENT: 1, DELIVERED: 1, FAILED: 1 },
    by_platform: { IOS: 3, ANDROID: 0, WEBPUSH: 0 },
    failures: [{ reason: 'said "no", twice', platform: 'IOS', count: 1 }],
    by_hour: [{ hour: '2024-01-01T00:00:00Z', count: 3 }],
    first_created_at: 1,
    last_created_at: 2,
    updated_at: 3,
  });
  expect(csv.startsWith('\uFEFFmarketing_id,what,value,platform,count\r\n')).toBe(true);
  expect(csv).toContain(`'=1+1,failure,"said ""no"", twice",IOS,1\r\n`);
  expect(csv.split('\r\n').filter((line) => line.startsWith('='))).toEqual([]);
});
