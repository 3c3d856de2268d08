import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PAGES = 100;
const PAGE_SIZE = 1_000;
/** Long enough that all rows at once would not go into the heap that the command gets. */
const TITLE = `=HYPERLINK("x") ${'Title, '.repeat(150)}`;
/** In megabytes; the rows are more than twice as much. */
const HEAP_MB = 80;

const ROWS = Array.from({ length: PAGE_SIZE }, (_, n) => ({
  transaction_id: `tx_${n}`,
  created_at: 1_700_000_000_000 + n,
  user_id: 'u',
  notification_title: TITLE,
  notification_body: '',
  status: 'FAILED',
  platform: 'IOS',
  send_ts: 1_700_000_000_000,
}));
/** Made once: the test is of the reader. */
const FULL_PAGE = JSON.stringify(ROWS);

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
    if (!pathname.endsWith('/query/user')) return void response.writeHead(404).end('{}');
    const page = Number(searchParams.get('cursor') ?? 0);
    const next = page + 1 < PAGES ? `,"next_cursor":"${page + 1}"` : '';
    response.setHeader('content-type', 'application/json');
    const limit = Number(searchParams.get('limit'));
    const items = limit < PAGE_SIZE ? JSON.stringify(ROWS.slice(0, limit)) : FULL_PAGE;
    response.end(`{"success":true,"count":${limit},"items":${items}${next}}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Runs `notify query user`, and looks at what it writes without keeping it. */
const run = (format: string, options: readonly string[] = []) =>
  new Promise<{ code: number | null; lines: number; head: string; notes: string }>((resolve, reject) => {
    const main = fileURLToPath(new URL('../main.ts', import.meta.url));
    const question = ['query', 'user', '--user-id', 'u', '--endpoint-url', url, '--api-url', url];
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${HEAP_MB}`, main, ...question, '--format', format, ...options],
      { env: { ...process.env, AWS_REGION: 'us-east-1' } },
    );
    let lines = 0;
    let head = '';
    let notes = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (head.length < 4_000) head += chunk.toString();
      for (const byte of chunk) if (byte === 10) lines++;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      notes += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, lines, head, notes }));
  });

describe('an export of 100,000 rows', () => {
  it.each([
    ['csv', 1 + PAGES * PAGE_SIZE],
    ['ndjson', PAGES * PAGE_SIZE],
    // The head, and the summary.
    ['table', 2 + PAGES * PAGE_SIZE],
  ])(
    'as %s needs the memory of a page',
    async (format, expected) => {
      const { code, lines, notes } = await run(format);
      expect({ code, notes }).toMatchObject({ code: 0 });
      expect(lines).toBe(expected);
    },
    300_000,
  );

  it('as CSV begins with a byte order mark and carries no formula', async () => {
    const { head, notes } = await run('csv', ['--limit', '5']);
    const [columns, first] = head.split('\r\n');
    expect(columns?.startsWith('\ufefftransaction_id,created_at,')).toBe(true);
    expect(first).toContain(`"'=HYPERLINK(""x"") Title, `);
    // What a program reads holds nothing but rows.
    expect(notes).toContain('count=5 pages=1 and more (--limit)');
    expect(head).not.toContain('count=');
  });

  it('as NDJSON is a notification a line', async () => {
    const { head } = await run('ndjson', ['--limit', '1']);
    expect(JSON.parse(head)).toMatchObject({ transaction_id: 'tx_0', notification_title: TITLE });
  });
});
