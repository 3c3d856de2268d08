import autocannon from 'autocannon';

/** A load, which lasts until the parent says `stop`. */
export interface LoadOrder {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly body?: string;
  readonly connections: number;
}

/** What came between `begin` and `stop`. */
export interface LoadReport {
  readonly responses: number;
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Requests without an answer, and answers other than 200; they count nowhere else. */
  readonly failures: number;
}

/** Says `ready` when every connection has had two answers, `begin` makes it count, and `stop` makes it report. */
process.on('message', (order: LoadOrder | 'begin' | 'stop') => {
  if (order === 'begin') running?.begin();
  else if (order === 'stop') running?.stop();
  else running = start(order);
});

let running: ReturnType<typeof start> | undefined;

const start = ({ url, method, body, connections }: LoadOrder) => {
  const instance = autocannon(
    {
      url,
      method,
      connections,
      duration: 600,
      // How often it looks whether it has been stopped.
      sampleInt: 50,
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    },
    () => process.send?.('stopped'),
  );
  let responses = 0;
  let failures = 0;
  let times: number[] = [];
  let since = 0;
  instance.on('response', (_client, status, _bytes, ms) => {
    if (status === 200) {
      responses++;
      times.push(ms);
    } else failures++;
    if (since === 0 && responses + failures === 2 * connections) process.send?.('ready');
  });
  instance.on('reqError', () => failures++);
  return {
    begin: () => {
      responses = 0;
      failures = 0;
      times = [];
      since = performance.now();
    },
    stop: () => {
      const seconds = (performance.now() - since) / 1_000;
      const sorted = times.sort((a, b) => a - b);
      process.send?.({
        responses,
        perSecond: responses / seconds,
        p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
        failures,
      } satisfies LoadReport);
      instance.stop();
    },
  };
};
