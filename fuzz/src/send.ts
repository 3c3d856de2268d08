import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { HostileRequest } from './hostile-request.ts';
import type { Answer } from './judge.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** Longer than any deadline of the stack's own. */
const TIMEOUT_MS = 40_000;

/**
 * Sends a request as it is: nothing of its path or query is made right on the way.
 * @throws Error when there is no whole answer
 */
export const send = (base: string, { method, target, headers, body }: HostileRequest): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port, host, pathname } = new URL(base);
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const outgoing = httpRequest(
      {
        hostname,
        port,
        method,
        path: `${pathname === '/' ? '' : pathname}${target}`,
        agent,
        headers: [
          'host',
          host,
          ...headers.flat(),
          ...(bytes ? ['content-length', String(bytes.length)] : []),
        ] as unknown as Record<string, string>,
        timeout: TIMEOUT_MS,
      },
      async (incoming) => {
        try {
          const chunks: Buffer[] = await incoming.toArray();
          const answerHeaders = Object.entries(incoming.headers).map(([name, value]) => [
            name,
            String(value),
          ]);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(answerHeaders),
            body: decoded(Buffer.concat(chunks), incoming.headers['content-encoding']).toString(),
          });
        } catch (error) {
          reject(error);
        }
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    outgoing.once('error', reject);
    outgoing.end(bytes);
  });

const decoded = (body: Buffer, encoding: string | undefined): Buffer =>
  encoding === 'gzip' && body.length > 0 ? gunzipSync(body) : body;

/** Bytes as they are to where the base URL points. Gives undefined when the connection is closed without a word. */
export const sendRaw = (base: string, bytes: string): Promise<Answer | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    let text = '';
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setEncoding('latin1');
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`open for ${TIMEOUT_MS} ms`)));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    // Who is refused may find the line cut while still sending.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(parseAnswer(text)) : reject(error),
    );
    socket.once('close', () => resolve(parseAnswer(text)));
    socket.write(bytes, 'latin1');
  });

const parseAnswer = (text: string): Answer | undefined => {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  if (!status) return undefined;
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const body = rest.join('\r\n\r\n');
  const isChunked = headers.some(([name]) => name === 'transfer-encoding');
  return {
    status,
    headers: Object.fromEntries(headers),
    body: Buffer.from(isChunked ? joined(body) : body, 'latin1').toString(),
  };
};

/** The content of a chunked body. */
const joined = (chunks: string): string => {
  let content = '';
  for (let rest = chunks; ; ) {
    const [size = ''] = rest.split('\r\n', 1);
    const length = Number.parseInt(size, 16);
    if (!length) return content;
    content += rest.slice(size.length + 2, size.length + 2 + length);
    rest = rest.slice(size.length + 2 + length + 2);
  }
};

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The request as a command line, to send it again by hand. */
export const asCurl = (base: string, { method, target, headers, body }: HostileRequest): string =>
  [
    'curl -i --path-as-is',
    `-X ${method}`,
    quote(`${base}${target}`),
    ...headers.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined
      ? []
      : [`--data-binary ${quote(body.length > 2_000 ? `${body.slice(0, 2_000)}…` : body)}`]),
  ].join(' ');
