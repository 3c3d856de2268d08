import { type HttpRequest, httpHandler, readConfig, Seconds } from '@notify/lambda-runtime';
import { parseQueryParameters } from '@notify/shared-domain';
import * as z from 'zod/mini';
import { QueryServiceAdapter } from './adapters/query-service.ts';

const config = readConfig(
  z.object({
    QUERY_SERVICE_URL: z.url({ protocol: /^https?$/ }),
    /** For asking the service, retries included; less than the function's own timeout. */
    REQUEST_TIMEOUT: z._default(Seconds, 5),
  }),
);
const queryService = new QueryServiceAdapter(config.QUERY_SERVICE_URL, config.REQUEST_TIMEOUT * 1000);

const ask =
  (type: 'user' | 'marketing' | 'failures') =>
  async ({ parameters, requestId }: HttpRequest) =>
    queryService.ask(parseQueryParameters(type, parameters), requestId);

/** V1 of the API by its routes. */
export const handler = httpHandler({
  'GET /query/user': ask('user'),
  'GET /query/marketing': ask('marketing'),
  'GET /query/failures': ask('failures'),
});
