import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { launchBrowser, visit } from './console/browser.ts';
import { terminalSvg } from './console/terminal-svg.ts';
import { repositoryFile } from './target.ts';

/**
 * Makes the pictures of the README anew: `pnpm --filter @notify/e2e pictures`. What they show was said and answered by a stack that
 * `start` began for it; only its ports are written as the usual ones.
 */
const run = promisify(execFile);
const child = spawn(
  process.execPath,
  [repositoryFile('localstack/embedded/src/main.ts'), '--port', '0', '--service-port', '0', '--no-build'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const exited = once(child, 'exit');

/** All that `start` says until it has said everything. */
const started = new Promise<string>((said, failed) => {
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part;
    if (output.includes('Ctrl-C stops everything.')) said(output);
  });
  child.once('exit', () => failed(new Error(`start ended:\n${output}`)));
});

try {
  const output = await started;
  const address = (name: string): string => {
    const [, url] = new RegExp(`^${name} +(http\\S+)`, 'm').exec(output) ?? [];
    if (!url) throw new Error(`start has said no ${name}:\n${output}`);
    return url;
  };
  const awsUrl = address('AWS endpoint');
  const serviceUrl = address('Query service');
  const usual = (text: string) =>
    text.replaceAll(awsUrl, 'http://127.0.0.1:4566').replaceAll(serviceUrl, 'http://127.0.0.1:8000');
  const notify = async (line: string): Promise<string> => {
    const { stdout } = await run(
      process.execPath,
      [repositoryFile('scripts/src/main.ts'), ...line.split(' ')],
      {
        env: { PATH: process.env['PATH'], AWS_ENDPOINT_URL: awsUrl },
      },
    );
    return stdout;
  };

  mkdirSync(repositoryFile('docs/pictures'), { recursive: true });
  await notify('simulate batch --count 900 --campaign autumn_sale --failure-share 0.12 --seed 5 --yes');
  await notify('simulate status --count 700 --failure-share 0.04 --yes');

  const browser = await launchBrowser();
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await visit(browser, `${serviceUrl}/console/campaigns/autumn_sale`, {
      viewport: { width: 1240, height: 760 },
      colorScheme,
    });
    await page.getByRole('heading', { name: 'autumn_sale' }).waitFor();
    await page.locator('.skeleton').waitFor({ state: 'detached' });
    await page.screenshot({ path: repositoryFile(`docs/pictures/console-${colorScheme}.png`) });
  }
  await browser.close();
  const checked = await notify('check');

  const lines = (text: string, most: number) => usual(text).trim().split('\n').slice(0, most);
  const question = '/tx?transaction_id=tx_003';
  const answer = await (await fetch(`${serviceUrl}${question}`)).text();
  writeFileSync(
    repositoryFile('docs/pictures/terminal.svg'),
    terminalSvg([
      {
        command: 'npx --yes pnpm@12 start',
        output: lines(output.slice(output.indexOf('AWS endpoint')), 4),
      },
      { command: `curl 'http://127.0.0.1:8000${question}'`, output: answer.match(/.{1,100}/g) ?? [] },
      { command: 'npx --yes pnpm@12 notify check', output: lines(checked, 12) },
    ]),
  );
} finally {
  child.kill('SIGINT');
  await exited;
}
