import type { IncomingMessage } from 'node:http';

/** The whole body; of one over the limit only so much that it is seen to be over it. The rest is read and dropped, so that the answer arrives. */
export const readBody = async (request: IncomingMessage, limitBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (size <= limitBytes) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks);
};
