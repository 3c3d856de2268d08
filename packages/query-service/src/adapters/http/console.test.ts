import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalService, startService } from '../../testing/service.ts';

let service: LocalService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}${path}`, { headers, redirect: 'manual' });

it('leads a browser from / to the console, and gives everybody else the list', async () => {
  const browser = await get('/', { accept: 'text/html,application/xhtml+xml' });
  expect([browser.status, browser.headers.get('location')]).toEqual([303, '/console/']);
  expect(await (await get('/')).json()).toMatchObject({ links: { console: '/console/' } });
});

it.each(['/console/', '/console/campaigns/a%20b', '/console/notification/tx_001?created_at=1'])(
  'answers %s with the page, which may load only from here',
  async (path) => {
    const page = await get(path);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await page.text();
    expect(html).toContain('<div id="console">');
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  },
);

it('lets built files be kept for ever, and says so when one is not there', async () => {
  const html = await (await get('/console/')).text();
  const script = /src="(\/console\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
  const file = await get(script);
  expect(file.headers.get('cache-control')).toContain('immutable');
  expect(file.headers.get('content-type')).toContain('javascript');
  const missing = await get('/console/assets/other.js');
  expect([missing.status, await missing.json()]).toEqual([
    404,
    expect.objectContaining({ code: 'ROUTE.NOT_FOUND' }),
  ]);
});

it.each([
  '/console/..%2fpackage.json',
  '/console/..%2f..%2fpackage.json',
  '/console/%00',
  '/console/..%5cpackage.json',
])('gives nothing that is not the console for %s', async (path) => {
  expect(await (await get(path)).text()).not.toContain('@notify/');
});
