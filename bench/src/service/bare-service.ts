import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { QUERY_ROUTES, REPORT_ROUTES, reportRouteOf, routeOf } from '@notify/shared-domain';
import Fastify from 'fastify';

/**
 * What a user would write instead of the service: the same routes, each of which asks the same upstream by the same kind of client and
 * passes the answer on as it comes. No checks, no log, no timeouts, no headers.
 */
const { PORT, INTERNAL_API_URL = '', QUERY_RESULT_FUNCTION } = process.env;
const app = Fastify();
const lambda = new LambdaClient();

for (const { method, path, query_type, generation } of QUERY_ROUTES) {
  if (generation === 'V4') passOn(method, path, routeOf(query_type).path);
  else invoke(method, path, query_type);
}
for (const { method, path, query_type } of REPORT_ROUTES)
  passOn(method, path, reportRouteOf(query_type).path);

await app.listen({ port: Number(PORT), host: '127.0.0.1' });

function passOn(method: 'GET' | 'POST', url: string, path: string): void {
  app.route({
    method,
    url,
    handler: async (request, reply) => {
      const input = (method === 'GET' ? request.query : request.body) as Record<string, string>;
      const response = await fetch(`${INTERNAL_API_URL}${path}?${new URLSearchParams(input)}`);
      reply.code(response.status).type('application/json');
      return response.text();
    },
  });
}

function invoke(method: 'GET' | 'POST', url: string, query_type: string): void {
  app.route({
    method,
    url,
    handler: async (request, reply) => {
      const input = (method === 'GET' ? request.query : request.body) as Record<string, unknown>;
      const { Payload } = await lambda.send(
        new InvokeCommand({
          FunctionName: QUERY_RESULT_FUNCTION,
          Payload: JSON.stringify({ query_type, ...input }),
        }),
      );
      reply.type('application/json');
      return Payload?.transformToString();
    },
  });
}
