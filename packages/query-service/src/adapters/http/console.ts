import files from '@fastify/static';
import { AppError } from '@notify/shared-domain';
import type { FastifyInstance } from 'fastify';

export const CONSOLE = '/console';

/** Everything from here, nothing from elsewhere, nothing inline. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "manifest-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
].join('; ');

/**
 * The web console at /console, from the folder of its built files. Its own addresses (`/console/campaigns/…`) all get the
 * one page, which then shows the right thing.
 */
export const webConsole = async (app: FastifyInstance, folder: string): Promise<void> => {
  await app.register(async (scope) => {
    await scope.register(files, {
      root: folder,
      prefix: `${CONSOLE}/`,
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
        // A built file has its content's hash in its name.
        const isHashed = /[/\\]assets[/\\]/.test(path);
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    scope.get(CONSOLE, async (_, reply) => reply.redirect(`${CONSOLE}/`, 308));
    scope.get(`${CONSOLE}/*`, async (request, reply) => {
      const { '*': path = '' } = request.params as { readonly '*'?: string };
      if (path.startsWith('assets/'))
        throw new AppError('ROUTE.NOT_FOUND', { detail: 'There is no such file.' });
      return reply.sendFile('index.html');
    });
  });
};
