import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stateOf } from '../pipeline.ts';
import { reportDoorsOf } from '../report-doors.ts';
import { History } from './history.ts';
import { stage } from './stage.ts';

const VISIBLE = { timeout: 90_000, interval: 200 };
const SECRET = 'a-token-that-nobody-may-see';

const history = new History();
const command = history.command({ device_token: SECRET, payload: `{"body":"Hello","key":"${SECRET}"}` });
const { platform: _, ...malformed } = history.command({
  created_at: command.created_at + 1,
  device_token: SECRET,
});
const doorsOf = (type: string) => reportDoorsOf(stage).filter(({ query_type }) => query_type === type);

beforeAll(() => history.putBatch([command], [malformed]));
afterAll(() => history.cleanUp());

describe.each(doorsOf('explain'))('$name', (door) => {
  it('says in which state a notification is', async () => {
    const states = async () => [
      await stateOf(door, command),
      await stateOf(door, malformed),
      await stateOf(door, { ...command, created_at: 1 }),
    ];
    await vi.waitFor(
      async () => expect(await states()).toEqual(['in step', 'set aside: RECORD.INVALID', 'unknown']),
      VISIBLE,
    );
  });

  it('shows neither device token nor payload', async () => {
    const { status, body } = await door.ask({ transaction_id: command.transaction_id });
    expect({ status, text: JSON.stringify(body) }).toEqual({
      status: 200,
      text: expect.stringContaining('(not shown)'),
    });
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });
});

describe.each(doorsOf('status'))('$name', (door) => {
  it('says how far the projections are, and what is set aside', async () => {
    const status = async () => {
      const { body } = await door.ask({});
      return (
        body as {
          data: { projections: { name: string; last_record_at: number | null }[]; quarantine: unknown[] };
        }
      ).data;
    };
    await vi.waitFor(async () => {
      const { projections, quarantine } = await status();
      expect(projections.map(({ name }) => name)).toEqual(['notification-records', 'campaign-statistics']);
      for (const { last_record_at } of projections) expect(last_record_at).toBeGreaterThan(0);
      expect(quarantine).toContainEqual({ code: 'RECORD.INVALID', count: expect.any(Number) });
    }, VISIBLE);
  });
});

describe.each(doorsOf('quarantine'))('$name', (door) => {
  it('lists what is set aside, page by page, without what is private', async () => {
    const listed = async () => {
      const keys: string[] = [];
      let cursor: string | undefined;
      do {
        const { status, body } = await door.ask({
          code: 'RECORD.INVALID',
          limit: 100,
          ...(cursor && { cursor }),
        });
        expect(status).toBe(200);
        expect(JSON.stringify(body)).not.toContain(SECRET);
        const page = body as { data: { transaction_id: string; created_at: number }[]; next_cursor?: string };
        keys.push(...page.data.map(({ transaction_id, created_at }) => `${transaction_id} ${created_at}`));
        cursor = page.next_cursor;
      } while (cursor !== undefined);
      return keys.filter((key) => key === `${malformed.transaction_id} ${malformed.created_at}`);
    };
    await vi.waitFor(async () => expect(await listed()).toHaveLength(1), VISIBLE);
  });
});
