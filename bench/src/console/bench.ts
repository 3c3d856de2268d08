import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createNotifyClient } from '@notify/client';
import { LOCAL_AWS } from '@notify/dynamodb';
import { launchBrowser, play, violations, visit } from '@notify/e2e';
import { startEmbeddedStack } from '@notify/embedded';
import { buildPackages } from '@notify/toolchain';
import type { BenchOptions } from '../bench-options.ts';
import { median } from '../measurement.ts';

const ROWS = 10_000;
const USER = 'bench-user';
const CAMPAIGN = 'bench-campaign';
const INTERACTIONS = 40;
/** The browser tells of no interaction that is done within a frame. */
const FRAME_MS = 16;
const PAGES = [
  '',
  `?by=user&id=${USER}`,
  'campaigns',
  `campaigns/${CAMPAIGN}`,
  'pulse',
  'quarantine',
  'users',
];
const CONSOLE = join(import.meta.dirname, '../../../packages/query-service/dist/console');

/** What the console costs who opens it: bytes on the way, time to the first paint, and how fast it answers among 10,000 rows. */
export const run = async ({ rounds }: BenchOptions): Promise<void> => {
  await buildPackages(console.log);
  const stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, log: () => {} });
  const browser = await launchBrowser();
  try {
    await fill(stack.awsUrl, stack.serviceUrl);
    const open = (path: string) => visit(browser, `${stack.serviceUrl}/console/${path}`);

    const paints: number[] = [];
    let violated = 0;
    for (let round = 0; round < rounds; round++) {
      const { page, close } = await open('');
      await page.getByRole('heading').first().waitFor();
      paints.push(
        await page.evaluate<number>(
          `new Promise((seen) => new PerformanceObserver((list) => {
            for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') seen(startTime);
          }).observe({ type: 'paint', buffered: true }))`,
        ),
      );
      await close();
    }
    for (const path of PAGES) {
      const { page, close } = await open(path);
      await page.getByRole('heading').first().waitFor();
      await page.locator('.skeleton').waitFor({ state: 'detached' });
      violated += (await violations(page)).length;
      await close();
    }

    const { page } = await open(`?by=user&id=${USER}`);
    const scroller = page.getByRole('table', { name: 'Notifications' });
    await scroller.waitFor();
    const end = page.getByText('10,000, all there are');
    while ((await end.count()) === 0) {
      await scroller.evaluate((element) => element.scrollBy({ top: 20_000 }));
      await delay(20);
    }
    const rows = await page.locator('.row').count();
    await page.evaluate(
      `globalThis.slow = []; new PerformanceObserver((list) => {
        for (const { interactionId, duration } of list.getEntries()) if (interactionId) slow.push(duration);
      }).observe({ type: 'event', durationThreshold: ${FRAME_MS} })`,
    );
    await scroller.focus();
    for (let i = 0; i < INTERACTIONS; i++) {
      await page.keyboard.press(i % 2 === 0 ? 'PageUp' : 'ArrowUp');
      if (i % 4 === 3) await page.getByRole('switch').click();
    }
    await page.getByRole('searchbox').focus();
    await page.keyboard.type('somebody else', { delay: 20 });
    await delay(500);
    const slow = await page.evaluate<number[]>('slow');
    const sorted = [...slow, ...Array.from({ length: INTERACTIONS }, () => FRAME_MS)].sort((a, b) => a - b);

    console.log(
      [
        `console_gzip_kb=${(gzippedBytes(CONSOLE) / 1_000).toFixed(1)}`,
        `console_fcp_ms=${median(paints).toFixed(0)}`,
        `console_interaction_p95_ms=${sorted[Math.floor(sorted.length * 0.95)]}`,
        `axe_violations=${violated}`,
        `dom_rows_at_10000=${rows}`,
      ].join(' '),
    );
  } finally {
    await browser.close();
    await stack.stop();
  }
};

/** Everything that a visitor of all pages loads. */
const gzippedBytes = (folder: string): number =>
  readdirSync(folder)
    .map((name) => join(folder, name))
    .reduce(
      (bytes, path) =>
        bytes + (statSync(path).isDirectory() ? gzippedBytes(path) : gzipSync(readFileSync(path)).length),
      0,
    );

/** Writes the rows through the command table and waits until all can be asked for. */
const fill = async (awsUrl: string, serviceUrl: string): Promise<void> => {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ ...LOCAL_AWS, endpoint: awsUrl }));
  const writes = Array.from({ length: ROWS }, (_, index) => ({
    put: {
      transaction_id: `${USER}-${index}`,
      created_at: Date.UTC(2024, 5, 1) + index * 1_000,
      user_id: USER,
      marketing_id: CAMPAIGN,
      notification_title: `Number ${index}`,
      status: 'SENT',
      platform: 'IOS',
    } as const,
  }));
  await play(documents, 'command-records', writes, 8);
  const client = createNotifyClient({ baseUrl: serviceUrl });
  for (let found = 0; found < ROWS; ) {
    found = 0;
    for await (const { items } of client.pages({ query_type: 'user', user_id: USER, limit: 1_000 }))
      found += items.length;
  }
};
