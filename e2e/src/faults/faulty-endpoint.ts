import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type PassedOn, passOn } from '@notify/toolchain';
import type { Fault } from './fault.ts';

/** A request to AWS as the matrix names it. */
export interface Request {
  readonly service: string;
  readonly operation: string;
  /** The tables, indexes or functions that it is about. */
  readonly subject: string;
}

/** What a case injects: into which requests, and into how many of them, from the first on. */
interface Plan {
  readonly request: string;
  readonly fault: Fault;
  left: number;
  met: boolean;
}

export const requestName = ({ operation, subject }: Request): string => `${operation} ${subject}`;

/**
 * Stands before the AWS of this machine. Each case has an endpoint of its own, `<url>/<case>`, whose requests pass but for those that
 * its plan picks out; what came by is noted.
 */
export class FaultyEndpoint {
  readonly #seen = new Map<string, Map<string, Request>>();
  readonly #plans = new Map<string, Plan>();
  readonly #server = createServer((incoming, answer) => {
    this.#serve(incoming, answer).catch(() => answer.destroy());
  });
  readonly #behind: (request: Request) => string;
  #url = '';

  /** @param behind the endpoint that a request passes on to */
  constructor(behind: (request: Request) => string) {
    this.#behind = behind;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The endpoint of a case. */
  of(id: string): string {
    return `${this.#url}/${id}`;
  }

  /** From now on the case's requests of this name meet the fault, `times` of them. */
  plan(id: string, request: string, fault: Fault, times: number): void {
    this.#plans.set(id, { request, fault, left: times, met: false });
  }

  /** The requests of a case so far, by name. */
  seen(id: string): ReadonlyMap<string, Request> {
    return this.#seen.get(id) ?? new Map();
  }

  /** Whether the case's fault has met a request. */
  wasInjected(id: string): boolean {
    return this.#plans.get(id)?.met ?? false;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    // To a program whose time goes fast the date would show a clock that is wrong, for which it asks once more.
    answer.sendDate = false;
    const body = await buffer(incoming);
    const [, first = '', ...rest] = (incoming.url ?? '').split('/');
    // SQS takes the origin of the queue's URL for its endpoint; the case stands in the queue's path then.
    const inBody = /"QueueUrl":"[^"]*?\/((?:case|golden)-\d+)\//.exec(body.toString('latin1'))?.[1];
    const id = inBody ?? first;
    const path = `/${(first === id ? rest : [first, ...rest]).join('/')}`;
    const request = readRequest(incoming, path, body);
    const name = requestName(request);
    if (request.operation) {
      const seen = this.#seen.get(id) ?? new Map<string, Request>();
      this.#seen.set(id, seen.set(name, request));
    }
    const plan = this.#plans.get(id);
    if (plan?.request === name && plan.left > 0) {
      plan.left -= 1;
      plan.met = true;
      if (plan.fault.kind === 'lost') {
        if (!NOT_SERVED_LOCALLY[request.operation]) await this.#passed(id, request, path, body, incoming);
        return void incoming.socket.resetAndDestroy();
      }
      return inject(plan.fault, request, body, incoming, answer);
    }
    const canned = NOT_SERVED_LOCALLY[request.operation];
    if (canned) return void answer.writeHead(200, { 'content-type': JSON_1_0 }).end(JSON.stringify(canned));
    await this.#pass(id, request, path, body, incoming, answer);
  }

  async #passed(
    id: string,
    request: Request,
    path: string,
    body: Buffer,
    incoming: IncomingMessage,
  ): Promise<PassedOn> {
    const behind = new URL(this.#behind(request));
    const sent = Buffer.from(
      body.toString('latin1').replaceAll(`${this.#url}/${id}/`, behind.href),
      'latin1',
    );
    // Each case has queues of its own, which have the name of the function; the function itself is one for all.
    const to = request.service === 'lambda' ? withoutCase(path) : path;
    return passOn(incoming, new URL(to, behind), sent);
  }

  async #pass(
    id: string,
    request: Request,
    path: string,
    body: Buffer,
    incoming: IncomingMessage,
    answer: ServerResponse,
  ): Promise<void> {
    const passed = await this.#passed(id, request, path, body, incoming);
    const text = passed.body.toString('latin1');
    const own =
      request.operation === 'GetQueueUrl' ? text.replace(/http:\/\/[^/"]+\//, `${this.#url}/${id}/`) : text;
    const { 'content-length': _, date: __, ...kept } = passed.headers;
    if (own !== text) delete kept['x-amz-crc32'];
    answer.writeHead(passed.status, kept).end(Buffer.from(own, 'latin1'));
  }
}

const JSON_1_0 = 'application/x-amz-json-1.0';

/** What DynamoDB Local does not know, as AWS answers it of a table with backups. */
const NOT_SERVED_LOCALLY: Readonly<Record<string, object>> = {
  DescribeContinuousBackups: {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
    },
  },
  UpdateContinuousBackups: { ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED' } },
  ListTagsOfResource: { Tags: [] },
};

const inject = (
  fault: Fault,
  request: Request,
  body: Buffer,
  incoming: IncomingMessage,
  answer: ServerResponse,
): void => {
  // The connection stays, and nothing comes: it ends with the caller's patience.
  if (fault.kind === 'silence') return;
  if (fault.kind === 'reset') return void incoming.socket.resetAndDestroy();
  const { status, type, body: text = '' } = fault.answer ?? { status: 500 };
  const headers = { 'content-type': type ?? JSON_1_0 };
  if (fault.kind === 'cut') {
    answer.writeHead(status, { ...headers, 'content-length': '4096' }).write(text);
    setTimeout(() => incoming.socket.destroy(), 20);
  } else if (fault.name.startsWith('statement ')) {
    const { Statements = [] } = JSON.parse(body.toString()) as { Statements?: unknown[] };
    const responses = Statements.map(() => ({ Error: { Code: text, Message: `An injected ${text}.` } }));
    answer.writeHead(200, headers).end(JSON.stringify({ Responses: responses }));
  } else if (request.service === 's3' && fault.kind !== 'garbage') {
    const message = `An injected ${fault.name}.`;
    const xml = `<Error><Code>${fault.name}</Code><Message>${message}</Message></Error>`;
    answer
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(incoming.method === 'HEAD' ? undefined : xml);
  } else {
    answer.writeHead(status, { ...headers, 'x-amzn-errortype': fault.name }).end(text);
  }
};

const S3: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' };

const readRequest = (incoming: IncomingMessage, path: string, body: Buffer): Request => {
  const [service = '', operation = ''] = String(incoming.headers['x-amz-target'] ?? '').split('.');
  if (service.startsWith('TrentService')) return { service: 'kms', operation, subject: 'key' };
  if (service === 'AmazonSQS') return { service: 'sqs', operation, subject: 'queue' };
  if (service.startsWith('DynamoDBStreams'))
    return { service: 'dynamodb-streams', operation, subject: 'stream' };
  if (service.startsWith('DynamoDB'))
    return { service: 'dynamodb', operation, subject: subjectOf(JSON.parse(body.toString())) };
  const invoked = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(path)?.[1];
  if (invoked)
    return {
      service: 'lambda',
      operation: 'Invoke',
      subject: withoutCase(decodeURIComponent(invoked).split(':').at(-1) ?? ''),
    };
  if (path.startsWith('/2015-03-31/event-source-mappings'))
    return { service: 'lambda', operation: 'ListEventSourceMappings', subject: 'mappings' };
  if (String(incoming.headers['authorization']).includes('/s3/aws4_request')) {
    const operation = path.includes('list-type=2') ? 'ListObjectsV2' : (S3[incoming.method ?? ''] ?? '');
    return { service: 's3', operation, subject: 'bucket' };
  }
  return { service: '', operation: '', subject: '' };
};

interface DynamoDBRequest {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly ResourceArn?: string;
  readonly Statements?: readonly { readonly Statement: string }[];
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName: string }>>[];
}

/** Without the case whose table or function it is. */
const withoutCase = (name: string): string => name.replace(/--(still|empty|golden-\d+|case-\d+)/, '');

const subjectOf = ({
  TableName,
  IndexName,
  ResourceArn,
  Statements = [],
  RequestItems = {},
  TransactItems = [],
}: DynamoDBRequest): string => {
  const tables = [
    TableName ?? ResourceArn?.split('/').at(-1) ?? [],
    Statements.map(({ Statement }) => /"([^"]+)"/.exec(Statement)?.[1] ?? ''),
    Object.keys(RequestItems),
    TransactItems.flatMap((item) => Object.values(item).map(({ TableName: table }) => table)),
  ].flat();
  // The tables of a rebuild are numbered.
  const names = tables.map((table) => withoutCase(table).replace(/-\d+$/, '-*'));
  return [...new Set(names)].sort().join('+') + (IndexName ? `/${IndexName}` : '');
};
