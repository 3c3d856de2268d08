import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decrypt, encrypt } from '../keys/aes-gcm.ts';

const KEY = Buffer.alloc(32, 3);

interface KmsRequest {
  readonly KeyId: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

/** The two operations of KMS that a data key needs, on the wire of KMS, with a key that is known. */
export const startKmsEndpoint = async () => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body: KmsRequest = JSON.parse(Buffer.concat(chunks).toString());
    const context = JSON.stringify([body.KeyId, body.EncryptionContext]);
    const answer = (status: number, content: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(content));
    };
    if (request.headers['x-amz-target'] === 'TrentService.GenerateDataKey') {
      const plain = Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
      const wrapped = encrypt(KEY, plain, context);
      return answer(200, {
        KeyId: body.KeyId,
        Plaintext: plain.toString('base64'),
        CiphertextBlob: wrapped.toString('base64'),
      });
    }
    try {
      const plain = decrypt(KEY, Buffer.from(body.CiphertextBlob ?? '', 'base64'), context);
      return answer(200, { KeyId: body.KeyId, Plaintext: plain.toString('base64') });
    } catch {
      return answer(400, { __type: 'InvalidCiphertextException' });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => server.close(),
  };
};
