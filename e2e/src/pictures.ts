import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { runSample, startEmbeddedStack } from '@notify/embedded';
import { launchBrowser, visit } from './console/browser.ts';
import { terminalSvg } from './console/terminal-svg.ts';
import { repositoryFile } from './target.ts';

/**
 * Makes the pictures of the README anew, from a stack that is started for it: `pnpm --filter @notify/e2e pictures`. What they show was
 * answered by that stack.
 */
const run = promisify(execFile);
const stack = await startEmbeddedStack({ awsPort: 0, servicePort: 0, log: () => {} });
const notify = async (line: string): Promise<string> => {
  const { stdout } = await run(
    process.execPath,
    [repositoryFile('scripts/src/main.ts'), ...line.split(' ')],
    {
      env: { ...process.env, AWS_ENDPOINT_URL: stack.awsUrl, API_URL: `${stack.awsUrl}/restapis/local/dev` },
    },
  );
  return stdout;
};

try {
  await runSample(stack);
  await notify('simulate batch --count 900 --campaign autumn_sale --failure-share 0.12 --seed 5 --yes');
  await notify('simulate status --failure-share 0.1 --count 700 --yes');

  const browser = await launchBrowser();
  const viewport = { width: 1240, height: 760 };
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await visit(browser, `${stack.serviceUrl}/console/campaigns/autumn_sale`, {
      viewport,
      colorScheme,
    });
    await page.getByRole('heading', { name: 'autumn_sale' }).waitFor();
    await page.locator('.skeleton').waitFor({ state: 'detached' });
    await page.screenshot({ path: repositoryFile(`docs/pictures/console-${colorScheme}.png`) });
  }
  await browser.close();

  const answer = async (path: string) => (await fetch(`${stack.serviceUrl}${path}`)).text();
  const wrapped = (text: string) => (text.match(/.{1,96}/g) ?? []).slice(0, 4);
  const scene = [
    {
      command: 'npx --yes pnpm@12 start',
      output: [
        'AWS endpoint    http://127.0.0.1:4566',
        'Query service   http://127.0.0.1:8000   (its console: /console/)',
      ],
    },
    {
      command: 'curl "http://127.0.0.1:8000/tx?transaction_id=tx_003"',
      output: wrapped(await answer('/tx?transaction_id=tx_003')),
    },
    {
      command: 'npx --yes pnpm@12 notify check',
      output: (await notify('check')).trimEnd().split('\n').slice(0, 8),
    },
  ];
  writeFileSync(repositoryFile('docs/pictures/terminal.svg'), terminalSvg(scene));
} finally {
  await stack.stop();
}
