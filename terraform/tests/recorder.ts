import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One action that IAM would have had to allow. */
export interface Call {
  /** Who made the call: the name in functions.json, or query-service. */
  readonly caller: string;
  /** As policies name it, such as `dynamodb:Query`. */
  readonly action: string;
  /** As functions.json names it: `table`, `table/index/name`, `key/name`, or the function invoked. */
  readonly subject: string;
}

/**
 * Stands between the functions and the AWS APIs of this machine, and notes who calls what. A caller's endpoint is
 * `<url>/<caller>/<port of the API behind>`; calls to KMS go to `kmsUrl`.
 */
export class Recorder {
  readonly calls = new Map<string, Call>();
  /** What it could not read; each is a gap in the test. */
  readonly unknown = new Set<string>();
  readonly #server: Server;
  readonly #kmsUrl: string;

  private constructor(kmsUrl: string) {
    this.#kmsUrl = kmsUrl;
    this.#server = createServer((incoming, answer) => {
      this.#serve(incoming, answer).catch((error) => answer.writeHead(502).end(String(error)));
    });
  }

  static async start(kmsUrl: string): Promise<Recorder> {
    const recorder = new Recorder(kmsUrl);
    recorder.#server.listen(0, '127.0.0.1');
    await once(recorder.#server, 'listening');
    return recorder;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const [, caller = '', port = '', ...path] = (incoming.url ?? '').split('/');
    const target = String(incoming.headers['x-amz-target'] ?? '');
    const body = await buffer(incoming);
    for (const { action, subject } of actionsOf(target, path.join('/'), body)) {
      if (action === undefined) this.unknown.add(`${caller}: ${target || path.join('/')}`);
      else this.calls.set(`${caller} ${action} ${subject}`, { caller, action, subject });
    }
    const behind = target.startsWith('TrentService.') ? this.#kmsUrl : `http://127.0.0.1:${port}`;
    const forwarded = httpRequest(new URL(`/${path.join('/')}`, behind), {
      method: incoming.method,
      headers: { ...incoming.headers, host: new URL(behind).host },
    });
    forwarded.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    forwarded.on('error', () => answer.destroy());
    forwarded.end(body);
  }
}

interface NamedAction {
  readonly action?: string;
  readonly subject: string;
}

const INVOKE = /^2015-03-31\/functions\/([^/]+)\/invocations/;

const actionsOf = (target: string, path: string, body: Buffer): NamedAction[] => {
  const [service = '', operation = ''] = target.split('.');
  const invoked = INVOKE.exec(path)?.[1];
  if (invoked) return [{ action: 'lambda:InvokeFunction', subject: decodeURIComponent(invoked) }];
  const request = JSON.parse(body.toString() || '{}') as Request;
  if (service === 'TrentService')
    return [{ action: `kms:${operation}`, subject: `key/${request.KeyId?.replace('alias/', '')}` }];
  if (service.startsWith('DynamoDB_')) return dynamodbActions(operation, request);
  return [{ subject: '' }];
};

interface Request {
  readonly KeyId?: string;
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Statement?: string;
  readonly Statements?: readonly { Statement: string }[];
  readonly TransactStatements?: readonly { Statement: string }[];
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { TableName: string }>>[];
}

/** Which actions a request to DynamoDB needs: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
const dynamodbActions = (operation: string, request: Request): NamedAction[] => {
  if (operation.endsWith('ExecuteStatement') || operation === 'ExecuteTransaction') {
    const statements = request.Statements ??
      request.TransactStatements ?? [{ Statement: request.Statement ?? '' }];
    return statements.map(({ Statement }) => partiqlAction(Statement));
  }
  if (operation.startsWith('Batch')) {
    return Object.keys(request.RequestItems ?? {}).map((table) => ({
      action: `dynamodb:${operation}`,
      subject: table,
    }));
  }
  if (operation.startsWith('Transact')) {
    return (request.TransactItems ?? []).flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) => ({
        action: `dynamodb:${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`,
        subject: TableName,
      })),
    );
  }
  const { TableName, IndexName } = request;
  if (TableName === undefined) return [{ subject: '' }];
  return [
    { action: `dynamodb:${operation}`, subject: IndexName ? `${TableName}/index/${IndexName}` : TableName },
  ];
};

const PARTIQL =
  /^\s*(INSERT)\s+INTO\s+"([^"]+)"|^\s*(UPDATE)\s+"([^"]+)"|^\s*(DELETE)\s+FROM\s+"([^"]+)"|^\s*(SELECT)\b.*?\bFROM\s+"([^"]+)"(?:\."([^"]+)")?/is;

const partiqlAction = (statement: string): NamedAction => {
  const [verb = '', table = '', index] = PARTIQL.exec(statement)?.slice(1).filter(Boolean) ?? [];
  if (!table) return { subject: '' };
  const name = verb[0]?.toUpperCase() + verb.slice(1).toLowerCase();
  return { action: `dynamodb:PartiQL${name}`, subject: index ? `${table}/index/${index}` : table };
};
