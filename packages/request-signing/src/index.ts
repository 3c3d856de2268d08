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

/** A request as far as a signature covers it. */
export interface SignableRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/**
 * Gives the headers with which a request is signed: its own, and those of Signature Version 4. The host is left to whoever sends it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export const createHeaderSigner = ({
  region,
  credentials = defaultProvider(),
  service = 'execute-api',
  now = () => new Date(),
}: SignerOptions = {}): ((request: SignableRequest) => Promise<Record<string, string>>) => {
  const signers = new Map<string, SignatureV4>();
  const signerOf = (hostname: string): SignatureV4 => {
    const of = region ?? regionOf(hostname) ?? process.env['AWS_REGION'] ?? 'us-east-1';
    const known = signers.get(of);
    if (known) return known;
    const made = new SignatureV4({ service, region: of, credentials, sha256: Sha256, applyChecksum: false });
    signers.set(of, made);
    return made;
  };
  return async ({ method, url, headers, body }) => {
    const { protocol, hostname, host, pathname, searchParams } = new URL(url);
    const query: Record<string, string[]> = {};
    for (const [name, value] of searchParams) query[name] = [...(query[name] ?? []), value];
    const signed = await signerOf(hostname).sign(
      {
        ...{ method, protocol, hostname, path: pathname, query },
        headers: { ...headers, host },
        ...(body ? { body } : {}),
      },
      { signingDate: now() },
    );
    const { host: _, ...others } = signed.headers;
    return others;
  };
};

/**
 * Signs requests to a REST API whose authorization is AWS_IAM, as `sign` of `@notify/client` takes it. A space that the URL has as a plus
 * becomes %20: who verifies a signature takes a plus for a plus.
 */
export const createRequestSigner = (
  options: SignerOptions = {},
): ((request: Request) => Promise<Request>) => {
  const sign = createHeaderSigner(options);
  return async (request) => {
    const url = new URL(request.url);
    url.search = url.search.replaceAll('+', '%20');
    const headers = await sign({
      method: request.method,
      url: url.href,
      headers: Object.fromEntries(request.headers),
      body: request.body ? new Uint8Array(await request.clone().arrayBuffer()) : undefined,
    });
    return new Request(new Request(url, request), { headers });
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
