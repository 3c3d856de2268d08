import { createHash, createHmac } from 'node:crypto';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SignerOptions {
  /** Where the API is; by default as its name or AWS_REGION says. */
  readonly region?: string;
  /** By default from where every AWS SDK takes them; where the SDK's chain is left out, as in a Lambda, from the environment. */
  readonly credentials?: Credentials | (() => Promise<Credentials>);
  /** What the signature is for. */
  readonly service?: string;
  readonly now?: () => Date;
}

/**
 * Signs requests to a REST API whose authorization is AWS_IAM, as `sign` of `@notify/client` takes it: Signature Version 4.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export const createRequestSigner = ({
  region,
  credentials = defaultProvider(),
  service = 'execute-api',
  now = () => new Date(),
}: SignerOptions = {}): ((request: Request) => Promise<Request>) => {
  return async (request) => {
    const url = new URL(request.url);
    const signer = new SignatureV4({
      service,
      region: region ?? regionOf(url.hostname) ?? process.env['AWS_REGION'] ?? 'us-east-1',
      credentials,
      sha256: Sha256,
      applyChecksum: false,
    });
    const body = request.body ? new Uint8Array(await request.clone().arrayBuffer()) : undefined;
    const query: Record<string, string[]> = {};
    for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
    const signed = await signer.sign(
      {
        method: request.method,
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        query,
        headers: { ...Object.fromEntries(request.headers), host: url.host },
        ...(body ? { body } : {}),
      },
      { signingDate: now() },
    );
    // The host is fetch's to write.
    const { host: _, ...headers } = signed.headers;
    return new Request(request, { headers });
  };
};

/** `<api>-<endpoint>.execute-api.<region>.amazonaws.com` → the region. */
const regionOf = (hostname: string): string | undefined =>
  /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(hostname)?.[1];

/** Node's hash in the shape that the signer takes. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

const bytesOf = (data: string | ArrayBuffer | ArrayBufferView): Uint8Array => {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
};
