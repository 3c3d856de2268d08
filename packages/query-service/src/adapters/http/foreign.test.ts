import { expect, it } from 'vitest';
import { type LocalService, startService } from '../../testing/service.ts';

const STRANGERS = [
  { host: 'attacker.example' },
  { origin: 'https://attacker.example' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
];
const get = ({ app }: LocalService, headers: Record<string, string> = {}) =>
  app.inject({ url: '/tx?transaction_id=a', headers: { host: 'localhost:8000', ...headers } });

it('answers no strangers on a developer’s machine', async () => {
  const service = await startService([], { allowedHosts: ['allowed.example'] });
  try {
    for (const headers of STRANGERS) {
      const answer = await get(service, headers);
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toMatchObject({ code: 'ACCESS.DENIED', success: false });
    }
    expect(service.asked()).toEqual([]);
    expect((await get(service)).statusCode).toBe(200);
    expect((await get(service, { host: 'allowed.example' })).statusCode).toBe(200);
  } finally {
    await service.close();
  }
});

it('answers by any name behind a balancer', async () => {
  const service = await startService();
  try {
    for (const headers of STRANGERS) expect((await get(service, headers)).statusCode).toBe(200);
  } finally {
    await service.close();
  }
});
