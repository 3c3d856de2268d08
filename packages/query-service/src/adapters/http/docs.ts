import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

export interface Docs {
  /** The OpenAPI document of this API. */
  readonly openapi: Record<string, unknown>;
  /** The folder of Swagger UI's own files, when they are not where its package has them. */
  readonly assets?: string;
}

/** The API's description as JSON at /openapi.json and for people at /docs, all of it served from here. */
export const docs = async (app: FastifyInstance, { openapi, assets }: Docs): Promise<void> => {
  app.get('/openapi.json', async () => openapi);
  await app.register(swagger, {
    mode: 'static',
    specification: { document: openapi as unknown as StaticDocumentSpec['document'] },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { url: '/openapi.json', tryItOutEnabled: true },
    staticCSP: CONTENT_SECURITY_POLICY,
    ...(assets === undefined ? {} : { baseDir: assets }),
  });
};

/** Everything from here and nothing from elsewhere; Swagger UI styles its elements inline. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; base-uri 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; style-src 'self' 'unsafe-inline'";
