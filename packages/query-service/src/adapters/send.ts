import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher } from 'undici';

/** A request to an upstream. */
interface UpstreamRequest {
  readonly method: string;
  /** `https://host:port` */
  readonly origin: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** Its answer, whatever that is. */
export interface UpstreamReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Undefined when it is more than is taken. */
  readonly body: Buffer | undefined;
}

export interface SendBounds {
  /** Milliseconds until the answer must be there, with its body; waiting for a connection counts. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Ends it; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with an error named `TimeoutError` when the answer is late, and with any other when there is none. */
export type Send = (request: UpstreamRequest, bounds: SendBounds) => Promise<UpstreamReply>;

/** The most that API Gateway and Lambda can send. */
export const MAX_ANSWER_BYTES = 10 * 2 ** 20;

/** Some gateways and firewalls refuse who does not say what it is. */
const USER_AGENT = 'notify-query-service';

/** Connections to one origin; whoever comes when all are taken waits. At 50 ms an answer they carry 1,280 queries a second. */
const CONNECTIONS = 64;

/**
 * Sends requests over connections that are kept. By the dispatcher beneath undici's fetch and request, without the streams and the signals
 * that those make for each of them: an answer here is wanted whole, or not at all.
 *
 * @param connectTimeoutMs milliseconds after which an origin that cannot be reached is given up on
 */
export const createSend = (connectTimeoutMs: number): Send => {
  const agent = new Agent({
    connections: CONNECTIONS,
    // By HTTP/1.1 a connection carries one query at a time: one that is lost loses no more.
    allowH2: false,
    connect: { timeout: connectTimeoutMs },
    // The bounds of each request are the tighter ones.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return ({ headers, ...request }, bounds) =>
    new Promise((resolve, reject) => {
      const options = { ...request, headers: { 'user-agent': USER_AGENT, ...headers } };
      agent.dispatch(options as Dispatcher.DispatchOptions, new Receiving(bounds, resolve, reject));
    });
};

/** What becomes of one request. */
class Receiving implements Dispatcher.DispatchHandler {
  readonly #bounds: SendBounds;
  readonly #resolve: (reply: UpstreamReply) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #ended: Error | undefined;
  #size = 0;
  #status = 0;
  #headers: IncomingHttpHeaders = {};

  constructor(
    bounds: SendBounds,
    resolve: (reply: UpstreamReply) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#bounds = bounds;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(
      () => this.#end(new DOMException('The answer is late.', 'TimeoutError')),
      Math.max(0, bounds.timeoutMs),
    );
    bounds.signal?.addEventListener('abort', this.#abort);
    if (bounds.signal?.aborted) this.#abort();
  }

  readonly #abort = () => this.#end(this.#bounds.signal?.reason);

  /** It may be waiting for a connection still: then it is not sent at all. */
  #end(reason: Error): void {
    this.#ended = reason;
    this.#settle();
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#bounds.signal?.removeEventListener('abort', this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(this.#ended);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= this.#bounds.maxBytes) this.#chunks.push(chunk);
    else {
      this.#settle();
      this.#resolve({ status: this.#status, headers: this.#headers, body: undefined });
      controller.abort(new RangeError('The answer is too large.'));
    }
  }

  onResponseEnd(): void {
    this.#settle();
    const [first, ...others] = this.#chunks;
    const body = first && others.length === 0 ? first : Buffer.concat(this.#chunks, this.#size);
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#settle();
    this.#reject(error);
  }
}
