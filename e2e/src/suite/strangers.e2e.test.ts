import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../console/browser.ts';
import { UsersApi } from '../users-api.ts';
import { stage, target, users } from './stage.ts';

/** Its own site, and one whose name leads to this machine, as DNS rebinding has it. */
const ATTACKER = 'attacker.example';
const REBOUND = 'rebound.example';

const endpoints = [
  { name: 'AWS endpoint', url: target.awsEndpoint ?? '' },
  { name: 'query service', url: target.serviceUrl ?? '' },
];

interface Opened {
  readonly page: Page;
  readonly statuses: ReadonlyMap<string, number>;
  readonly failures: ReadonlyMap<string, string | undefined>;
}

describe.runIf(target.kind === 'embedded')('a page of a stranger in a browser on this machine', () => {
  let browser: Browser;
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>Hello'));
  beforeAll(async () => {
    await once(site.listen(0, '127.0.0.1'), 'listening');
    browser = await launchBrowser([ATTACKER, REBOUND]);
  });
  afterAll(async () => {
    await browser.close();
    site.close();
  });

  /** Opens an address; tells how each request of the page was answered, whether or not the page may see it. */
  const open = async (url: string): Promise<Opened> => {
    // What a stranger's server had sent before its name led here bound its page to nothing.
    const page = await browser.newPage({ bypassCSP: true });
    const statuses = new Map<string, number>();
    const failures = new Map<string, string | undefined>();
    page.on('response', (answer) => statuses.set(answer.url(), answer.status()));
    // Its answer is kept from the page: by Cross-Origin-Resource-Policy, and so it did come.
    page.on('requestfailed', (request) => failures.set(request.url(), request.failure()?.errorText));
    await page.goto(url);
    return { page, statuses, failures };
  };
  const siteUrl = () => `http://${ATTACKER}:${(site.address() as AddressInfo).port}/`;

  it('invokes no function and sends no command, even without asking to see the answer', async () => {
    const { page, failures } = await open(siteUrl());
    const user_id = `stranger-${randomUUID()}`;
    const command = { user_id, event_type: 'USER_CREATED', payload: { name: 'n', email: 'n@example.com' } };
    const event = {
      httpMethod: 'POST',
      resource: '/command',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(command),
      requestContext: {},
    };
    const asked = [
      [`${target.awsEndpoint}/2015-03-31/functions/user-command-lambda/invocations`, event],
      [`${users}/command`, command],
      [`${target.serviceUrl}/query/user`, { user_id }],
    ] as const;
    for (const [url, body] of asked) {
      await page.evaluate(
        ([to, text]) =>
          fetch(to, { method: 'POST', mode: 'no-cors', body: text }).then(
            () => undefined,
            () => undefined,
          ),
        [url, JSON.stringify(body)] as const,
      );
      expect([url, failures.get(url)]).toEqual([url, 'net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin']);
    }
    expect((await new UsersApi(stage).detail(user_id)).status).toBe(404);
    await page.close();
  });

  it.each(endpoints)('gets nothing from the $name under a name of its own', async ({ url }) => {
    const { port } = new URL(url);
    const { page, statuses } = await open(`http://${REBOUND}:${port}/health`);
    expect(statuses.get(`http://${REBOUND}:${port}/health`)).toBe(403);
    const scanned = await page.evaluate(async () => {
      const answer = await fetch('/', {
        method: 'POST',
        headers: { 'x-amz-target': 'DynamoDB_20120810.Scan', 'content-type': 'application/x-amz-json-1.0' },
        body: '{"TableName":"user-keys"}',
      });
      return { status: answer.status, body: await answer.text() };
    });
    expect(scanned.status).toBe(403);
    expect(JSON.parse(scanned.body)).toMatchObject({ code: 'ACCESS.DENIED' });
    await page.close();
  });

  it.each(endpoints)('and who works on this machine opens the $name', async ({ url }) => {
    const { page, statuses } = await open(`${url}/health`);
    expect(statuses.get(`${url}/health`)).toBe(200);
    await page.close();
  });
});
