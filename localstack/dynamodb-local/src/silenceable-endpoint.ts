import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SilenceableEndpoint {
  readonly url: string;
  /** From now on requests are taken and never answered, or are answered again. Connections that are there end when it changes. */
  silence(on: boolean): void;
  close(): void;
}

/** Passes on to an endpoint, until it is told to be as a dropped packet is: there, and silent. */
export const silenceableEndpoint = async (target: string): Promise<SilenceableEndpoint> => {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => {});
    if (silent) return void client.resume();
    const upstream = connect(Number(port), hostname).on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    silence: (on) => {
      silent = on;
      drop();
    },
    close: () => {
      drop();
      server.close();
    },
  };
};
