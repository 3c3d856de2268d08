import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedStack } from '@notify/embedded';
import type { BenchOptions } from '../bench-options.ts';
import { median } from '../measurement.ts';

const WAITS = 60;
const CONNECTIONS = 500;
const LOAD_MS = 10_000;
/** Far beyond any event that there is: whoever asks for it waits as long as the contract lets them. */
const NEVER = 999_999;

const DETAIL_MS = 100;
const MEMORY_FACTOR = 1.3;
const MEMORY_BACK_MS = 30_000;

/**
 * What the embedded host does under load: whether those that wait keep others from their answers, and whether the memory of the main
 * process, in which the functions run as threads, comes back. Exits with 1 when it does not hold what docs/local.md says.
 */
export const run = async (_: BenchOptions): Promise<void> => {
  const stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, logLevel: 'ERROR', log: () => {} });
  try {
    const users = `${stack.awsUrl}/restapis/users/v1`;
    for (const user_id of ['waited-for', 'other']) await createUser(users, user_id);
    await stack.idle();
    const plain = () => get(`${users}/detail?user_id=other`);
    const page = () => get(`${stack.apiUrl}/tx?transaction_id=t`);
    for (let warm = 0; warm < 20; warm++) await Promise.all([plain(), page()]);

    const before = megabytes();
    let ended = false;
    const waits = keepAsking(
      WAITS,
      () => ended,
      () => get(`${users}/detail?user_id=waited-for&at_least=${NEVER}`),
    );
    const times: number[] = [];
    const until = performance.now() + LOAD_MS;
    while (performance.now() < until) {
      const asked = performance.now();
      await plain();
      times.push(performance.now() - asked);
    }
    ended = true;
    await waits;
    const p50 = median(times);
    const most = megabytes();
    const backAfterWaits = await memoryBack(before);
    console.log(
      `waits=${WAITS} detail_p50_ms=${p50.toFixed(1)} detail_max_ms=${Math.max(...times).toFixed(0)} ${backAfterWaits.text(before, most)}`,
    );

    const loadUntil = performance.now() + LOAD_MS;
    let answers = 0;
    await keepAsking(
      CONNECTIONS,
      () => performance.now() > loadUntil,
      async () => {
        await page();
        answers++;
      },
    );
    const peak = megabytes();
    const backAfterLoad = await memoryBack(before);
    console.log(
      `connections=${CONNECTIONS} answers_per_s=${((answers / LOAD_MS) * 1_000).toFixed(0)} ${backAfterLoad.text(before, peak)}`,
    );
    if (p50 >= DETAIL_MS || !backAfterWaits.isBack || !backAfterLoad.isBack) process.exitCode = 1;
  } finally {
    await stack.stop();
  }
};

const megabytes = (): number => process.memoryUsage.rss() / 1_048_576;

const createUser = async (users: string, user_id: string): Promise<void> => {
  const body = JSON.stringify({
    user_id,
    event_type: 'USER_CREATED',
    payload: { name: 'n', email: 'n@example.com' },
  });
  await get(`${users}/command`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
};

const get = async (url: string, init: RequestInit = {}): Promise<void> => {
  const response = await fetch(url, init);
  await response.arrayBuffer();
};

const keepAsking = async (count: number, isOver: () => boolean, ask: () => Promise<void>): Promise<void> => {
  await Promise.all(
    Array.from({ length: count }, async () => {
      while (!isOver()) await ask();
    }),
  );
};

const memoryBack = async (before: number) => {
  const from = performance.now();
  const isBack = () => megabytes() < before * MEMORY_FACTOR;
  while (!isBack() && performance.now() - from < MEMORY_BACK_MS) await delay(250);
  const seconds = (performance.now() - from) / 1_000;
  const after = megabytes();
  return {
    isBack: isBack(),
    text: (of: number, most: number) =>
      `memory_mb=${of.toFixed(0)}..${most.toFixed(0)}..${after.toFixed(0)} factor=${(after / of).toFixed(2)} back_s=${seconds.toFixed(1)}`,
  };
};
