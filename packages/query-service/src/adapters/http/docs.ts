import files from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const DOCS = '/docs';

export interface Docs {
  /** The OpenAPI document of this API. */
  readonly openapi: Record<string, unknown>;
  /** That of the users' API, which is answered elsewhere. */
  readonly usersOpenapi: Record<string, unknown>;
  /** The folder of the reference's built files. */
  readonly files: string;
}

/** Where other frameworks and the earlier generations have their documentation. */
const OTHER_ADDRESSES = ['/redoc', '/swagger', '/swagger-ui', '/api-docs'];

/** The APIs' descriptions as JSON, and for people at /docs; all of it served from here. */
export const docs = async (
  app: FastifyInstance,
  { openapi, usersOpenapi, files: folder }: Docs,
): Promise<void> => {
  app.get('/openapi.json', async () => openapi);
  app.get('/users.openapi.json', async () => usersOpenapi);
  for (const address of OTHER_ADDRESSES) app.get(address, async (_, reply) => reply.redirect(DOCS, 308));
  await app.register(async (scope) => {
    await scope.register(files, {
      root: folder,
      prefix: `${DOCS}/`,
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders: (reply) =>
        reply.header('content-security-policy', CONTENT_SECURITY_POLICY).header('cache-control', 'no-cache'),
    });
    scope.get(DOCS, async (_, reply) => reply.sendFile('index.html'));
  });
};

/** Everything from here and nothing from elsewhere; Scalar styles its elements inline. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; style-src 'self' 'unsafe-inline'";
