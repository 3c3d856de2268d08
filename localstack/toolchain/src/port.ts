import { createServer } from 'node:net';
import { toolchainError } from './errors.ts';

/** Binds the port for an instant; 0 takes any free one. Gives the port that was bound. */
const bindOnce = (port: number, host: string | undefined): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });

/** A TCP port that nothing listens on at this moment. */
export const freePort = (): Promise<number> => bindOnce(0, undefined);

/**
 * Fails with `PORT.TAKEN` when something listens on the port.
 * @param host the address that is going to be bound; all interfaces by default, as DynamoDB Local binds.
 */
export const assertPortFree = async (port: number, purpose: string, host?: string): Promise<void> => {
  try {
    await bindOnce(port, host);
  } catch (error) {
    throw toolchainError('PORT.TAKEN', `Port ${port} (${purpose}) is not free.`, error);
  }
};
