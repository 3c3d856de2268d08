import { afterAll, expect, it } from 'vitest';
import { History } from './history.ts';
import { DOORS } from './stage.ts';

const history = new History();
afterAll(() => history.cleanUp());

it('a malformed record goes to quarantine with its reason, and holds none of its batch back', async () => {
  const { created_at } = history.command();
  const good = Array.from({ length: 20 }, (_, i) => history.command({ created_at: created_at + i }));
  const { platform: _, ...withoutPlatform } = history.command({ created_at: created_at + 100 });
  const malformed = [
    withoutPlatform,
    { ...history.command({ created_at: created_at + 101 }), status: 'LOST' },
  ];
  await history.putBatch(good, malformed);

  for (const door of DOORS.slice(0, 1)) await history.visible(door, { user_id: `${history.id}-user` });
  for (const item of malformed) {
    const entries = await history.quarantined(item);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ error_code: 'RECORD.INVALID' });
  }
});
