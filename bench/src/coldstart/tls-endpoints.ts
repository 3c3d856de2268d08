import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';

export interface TlsEndpoints {
  /** Of DynamoDB. */
  readonly dynamodb: string;
  /** Of a query service that finds nothing. */
  readonly service: string;
  /** The certificate to trust (`NODE_EXTRA_CA_CERTS`). */
  readonly certificate: string;
  stop(): Promise<void>;
}

/** Puts TLS before DynamoDB Local, and a query service beside it, with a certificate that `openssl` makes in this folder. */
export const startTlsEndpoints = async (folder: string, dynamodbPort: number): Promise<TlsEndpoints> => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  const identity = { key: await readFile(key), cert: await readFile(cert) };
  const dynamodb = createTlsServer(identity, (client) => {
    const upstream = connect(dynamodbPort, '127.0.0.1');
    // Whoever hangs up first ends both.
    pipeline(client, upstream, client, () => {});
  });
  const service = createHttpsServer(identity, (_, response) =>
    response.end(JSON.stringify({ success: true, count: 0, items: [] })),
  );
  const [dynamodbUrl, serviceUrl] = await Promise.all([listening(dynamodb), listening(service)]);
  return {
    dynamodb: dynamodbUrl,
    service: serviceUrl,
    certificate: cert,
    stop: async () => {
      service.closeAllConnections();
      await Promise.all([dynamodb, service].map((server) => promisify(server.close.bind(server))()));
    },
  };
};

const listening = async (server: Server): Promise<string> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
