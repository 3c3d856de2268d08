import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/** Whether a URL answers 2xx within the time. */
export const answers = async (url: string, timeoutMs: number): Promise<boolean> => {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const answered = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return true;
    await delay(POLL_MS);
  }
  return false;
};
