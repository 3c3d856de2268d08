import chromium from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from 'playwright-core';

/**
 * A Chromium that comes as an npm package, so that the tests need no browser of the machine.
 * @param names that lead to this machine, as a stranger's name server can have it
 */
export const launchBrowser = async (names: readonly string[] = []): Promise<Browser> =>
  playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      ...(names.length > 0
        ? [`--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join(', ')}`]
        : []),
    ],
  });

/** An open page, and what it did that no page should. */
export interface Visit {
  readonly page: Page;
  /** Uncaught errors, refusals by the Content-Security-Policy, and requests to another host. */
  readonly offences: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens an address in a window of its own, as a person with these settings would see it. */
export const visit = async (
  browser: Browser,
  url: string,
  settings: BrowserContextOptions = {},
): Promise<Visit> => {
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC', ...settings });
  const page = await context.newPage();
  const offences: string[] = [];
  page.on('pageerror', ({ message }) => offences.push(message));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) offences.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(url).origin) offences.push(request.url());
  });
  await page.goto(url);
  return { page, offences, close: () => context.close() };
};

/** The violations of WCAG 2.2 AA on a page, as rule and place. */
export const violations = async (page: Page): Promise<readonly string[]> => {
  // By the debugger's way, which the page's own policy does not bind.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof import('axe-core') };
    const result = await inPage.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return result.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
    );
  });
};
