import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { campaignDifference, countOf } from '../campaigns.ts';
import { reportDoorsOf } from '../report-doors.ts';
import { scenario } from '../scenario.ts';
import { History } from './history.ts';
import { stage } from './stage.ts';

const VISIBLE = { timeout: 90_000, interval: 200 };

const history = new History();
const { commands, ...rest } = scenario({
  id: history.id,
  seed: 14,
  start: Date.now() - 60_000,
  campaigns: 2,
  commands: 60,
});
const campaigns = [...new Set(commands.flatMap(({ marketing_id }) => marketing_id ?? []))];
const DOORS = reportDoorsOf(stage);

beforeAll(() => history.play({ commands, ...rest }));
afterAll(() => history.cleanUp());

describe.each(DOORS.filter(({ query_type }) => query_type === 'campaign'))('$name', (door) => {
  it('counts each campaign exactly', async () => {
    expect(campaigns.length).toBeGreaterThan(1);
    for (const id of campaigns) {
      const expected = countOf(commands, id);
      await vi.waitFor(async () => expect(await campaignDifference(door, expected)).toBeUndefined(), VISIBLE);
    }
  });

  it('knows no campaign that never was', async () => {
    expect(await door.ask({ marketing_id: `${history.id}-never` })).toMatchObject({
      status: 404,
      body: { success: false, code: 'CAMPAIGN.NOT_FOUND' },
    });
  });
});

describe.each(DOORS.filter(({ query_type }) => query_type === 'campaigns'))('$name', (door) => {
  it('lists the campaigns, page by page, each once', async () => {
    const listed = async () => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const { status, body } = await door.ask({ limit: 100, ...(cursor !== undefined && { cursor }) });
        expect(status).toBe(200);
        const page = body as { data: { marketing_id: string }[]; next_cursor?: string };
        ids.push(...page.data.map(({ marketing_id }) => marketing_id));
        cursor = page.next_cursor;
      } while (cursor !== undefined);
      return ids.filter((id) => campaigns.includes(id)).sort();
    };
    await vi.waitFor(async () => expect(await listed()).toEqual([...campaigns].sort()), VISIBLE);
  });
});
