import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { QUERY_ROUTES, type QueryType, REPORT_ROUTES, type ReportType } from '@notify/shared-domain';
import { answers } from './answers.ts';

/**
 * Stands for both upstreams of the service in a process of its own: the private REST API under /v1, and the Lambda API. It answers at once
 * and always the same, so that what is measured is whoever asks.
 */
const bodies = answers(Number(process.env['PAGE']));
const json = { 'content-type': 'application/json' };
const byPath = new Map<string, Buffer>();
for (const { method, path, query_type } of [...QUERY_ROUTES, ...REPORT_ROUTES])
  if (method === 'GET') byPath.set(`/v1${path}`, bodies[query_type]);

createServer(async (request, response) => {
  const { method, url = '' } = request;
  const query_type =
    method === 'POST'
      ? (JSON.parse(await text(request)) as { query_type: QueryType | ReportType }).query_type
      : undefined;
  const body = query_type ? bodies[query_type] : byPath.get(url.split('?', 1)[0] ?? '');
  response.writeHead(body ? 200 : 404, { ...json, 'content-length': body?.length ?? 0 }).end(body);
}).listen(Number(process.env['PORT']), '127.0.0.1');
