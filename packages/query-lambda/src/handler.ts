import { createUpstreamReader } from '@notify/client';
import { httpHandler, queryRoutes, readConfig } from '@notify/lambda-runtime';
import { Seconds } from '@notify/shared-domain';
import * as z from 'zod/mini';

const config = readConfig(
  z.object({
    QUERY_SERVICE_URL: z.url({ protocol: /^https?$/ }),
    /** For asking the service, retries included; less than the function's own timeout. */
    REQUEST_TIMEOUT: z._default(Seconds, 5),
  }),
);
const queryService = createUpstreamReader(config.QUERY_SERVICE_URL, config.REQUEST_TIMEOUT * 1000);

/** V1 of the API by its routes; the service logs each query under the id of its request. */
export const handler = httpHandler(
  queryRoutes('V1', (query, { requestId }) => queryService.read(query, { 'x-request-id': requestId })),
);
