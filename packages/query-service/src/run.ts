import { toAppError } from '@notify/shared-domain';
import type { FastifyInstance } from 'fastify';

export interface Service {
  readonly app: FastifyInstance;
  readonly host: string;
  readonly port: number;
  /** Milliseconds that requests in flight get after the signal to stop. */
  readonly drainMs: number;
}

/** Starts the service and stops it at SIGTERM or SIGINT; exits 1 when it cannot start, 0 when it has drained. */
export const run = async (start: () => Promise<Service>): Promise<void> => {
  try {
    const service = await start();
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => void stop(service, signal));
    await service.app.listen({ host: service.host, port: service.port });
  } catch (thrown) {
    const { code, message, cause } = toAppError(thrown);
    const line = { level: 'FATAL', service: 'query-service', code, message, error: cause && String(cause) };
    process.stderr.write(`${JSON.stringify(line)}\n`);
    process.exit(1);
  }
};

const stop = async ({ app, drainMs }: Service, signal: string): Promise<void> => {
  app.log.info({ signal }, 'draining');
  const cut = setTimeout(() => {
    app.log.warn('cutting the requests still in flight');
    app.server.closeAllConnections();
  }, drainMs);
  await app.close();
  clearTimeout(cut);
  process.exit(0);
};
