import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_BODY_BYTES, type RestGateway } from '../gateway/rest-gateway.ts';
import { AwsError, sendJson } from './aws-error.ts';
import { decoded } from './decoded.ts';
import { readBody } from './read-body.ts';
import type { Target } from './target.ts';

/** The stages of each API: `dev` of the first documents, `Prod` of the first users, `v1` of production. */
const STAGES = ['dev', 'Prod', 'v1'];
/** What API Gateway's management has in the place of a stage, as its command line asks for it. */
const MANAGEMENT = ['resources', 'stages', 'deployments', 'models', 'authorizers'];
/** The API that `local` stands for, so that a URL can be written down without knowing an id. */
const LOCAL_API = 'notifications';
const URLS = /^\/(?:restapis|_aws\/execute-api)\/([^/]+)\/([^/]+)(?:\/_user_request_)?(\/.*)?$/;

/** The URLs of the REST APIs: `/restapis/{id}/{stage}/…`, `/restapis/{id}/{stage}/_user_request_/…` and `/_aws/execute-api/{id}/{stage}/…`. */
export class RestApiEndpoint {
  readonly #gateways: readonly RestGateway[];

  constructor(gateways: readonly RestGateway[]) {
    this.#gateways = gateways;
  }

  /** Serves a request to one of the APIs, or the list of them; false when the URL is none of theirs. */
  async handle(target: Target, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (target.path === '/restapis' && request.method === 'GET') {
      sendJson(response, 200, { item: this.#gateways.map(({ api }) => ({ id: api.id, name: api.title })) });
      return true;
    }
    const [, id = '', stage = '', path = '/'] = URLS.exec(target.path) ?? [];
    if (!id) return false;
    const gateway = this.#find(decoded(id, decodeURIComponent));
    if (!gateway)
      throw new AwsError('NotFoundException', 404, `There is no REST API ${id}; ${this.#known()}`);
    if (MANAGEMENT.includes(stage))
      throw new AwsError(
        'NotFoundException',
        404,
        'Of the management of API Gateway there is get-rest-apis; the routes stand in terraform/api.',
      );
    if (!STAGES.includes(stage))
      throw new AwsError(
        'ForbiddenException',
        403,
        `There is no stage ${stage}; there are ${STAGES.join(', ')}.`,
      );

    const answer = await gateway.handle({
      requestId: randomUUID(),
      stage,
      httpMethod: request.method ?? 'GET',
      path: decoded(path, decodeURI),
      rawPath: target.path,
      query: target.query,
      rawQuery: target.rawQuery,
      headers: headersOf(request),
      body: await readBody(request, MAX_BODY_BYTES),
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      receivedAt: new Date(),
    });
    response.writeHead(answer.statusCode, answer.headers);
    response.end(answer.body);
    return true;
  }

  #find(idOrAlias: string): RestGateway | undefined {
    const title = idOrAlias === 'local' ? LOCAL_API : idOrAlias;
    return this.#gateways.find(({ api }) => api.id === title || api.title === title);
  }

  #known(): string {
    return `there are ${this.#gateways.map(({ api }) => `${api.id} (${api.title})`).join(', ')}.`;
  }
}

/** With the names as they were sent: rawHeaders alternates names and values. */
const headersOf = ({ rawHeaders }: IncomingMessage): Record<string, string[]> => {
  const headers = new Map<string, string[]>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[index + 1] ?? '']);
  }
  return Object.fromEntries(headers);
};
