import files from '@fastify/static';
import { AppError } from '@notify/shared-domain';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { UsersApi } from '../users-api.ts';
import { readParameters } from './parameters.ts';

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

/** The users, for the console: a page asks nobody but who served it. */
export const USERS = `${CONSOLE}/api/users`;

export const usersRoutes = (app: FastifyInstance, users: UsersApi): void => {
  const ask =
    (path: '/list' | '/detail') =>
    ({ id, url }: FastifyRequest) =>
      users.ask(path, readParameters(url), id);
  app.get(`${USERS}/list`, ask('/list'));
  app.get(`${USERS}/detail`, ask('/detail'));
};

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
