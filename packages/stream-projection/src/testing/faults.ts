import type {
  BatchExecuteStatementCommandInput,
  BatchExecuteStatementCommandOutput,
  BatchStatementErrorCodeEnum,
  BatchStatementResponse,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

/** What goes wrong during one invocation. */
export type Fault =
  | { readonly kind: 'none' }
  /** The process dies at its n-th request, when DynamoDB has executed so many of its statements. */
  | { readonly kind: 'crash'; readonly request: number; readonly executed: number }
  /** There is no answer to the n-th request, of which DynamoDB has executed so many statements. */
  | { readonly kind: 'timeout'; readonly request: number; readonly executed: number }
  /** These statements of each of the first requests fail with the code, and perhaps were executed all the same. */
  | {
      readonly kind: 'partial';
      readonly requests: number;
      readonly statements: readonly boolean[];
      readonly code: BatchStatementErrorCodeEnum;
      readonly executed?: boolean;
    }
  /** No request to one of the tables succeeds. */
  | { readonly kind: 'unreachable'; readonly table: 'rows' | 'quarantine' }
  /** No read succeeds behind so many. */
  | { readonly kind: 'unreadable'; readonly reads: number }
  /** The invocation's time is up after so many requests. */
  | { readonly kind: 'out-of-time'; readonly requests: number };

const NONE: Fault = { kind: 'none' };

type Statements = NonNullable<BatchExecuteStatementCommandInput['Statements']>;
type Execute<Result> = (statements: Statements) => Promise<Result>;
interface Answer {
  output: BatchExecuteStatementCommandOutput;
}

/** Makes the batch statements and the reads of a DynamoDB client go wrong. Everything that does not go wrong reaches the real database. */
export class Faults {
  #fault: Fault = NONE;
  #requests = 0;
  #reads = 0;
  #crashed = false;
  readonly #quarantine: string;

  /**
   * @param dynamodb a client of its own, for the faults stay on it
   * @param quarantine name of the quarantine table; all other tables are rows
   */
  constructor(dynamodb: DynamoDBClient, quarantine: string) {
    this.#quarantine = quarantine;
    dynamodb.middlewareStack.add(
      (next) => async (args) => {
        const input = args.input as BatchExecuteStatementCommandInput;
        if (!input.Statements) {
          this.#read();
          return next(args);
        }
        return this.#send(input.Statements, async (Statements) => {
          const result = await next({ ...args, input: { ...input, Statements } });
          return result as { output: BatchExecuteStatementCommandOutput; response: unknown };
        }) as ReturnType<typeof next>;
      },
      { step: 'initialize', priority: 'high', name: 'faults' },
    );
  }

  /** From now on, until the next fault. */
  set(fault: Fault = NONE): void {
    this.#fault = fault;
    this.#requests = 0;
    this.#reads = 0;
    this.#crashed = false;
  }

  /** Whether the process would be dead; then what it answers has not been said. */
  get crashed(): boolean {
    return this.#crashed;
  }

  /** Requests since the fault was set. */
  get requests(): number {
    return this.#requests;
  }

  remainingTimeMs = (): number =>
    this.#fault.kind === 'out-of-time' && this.#requests >= this.#fault.requests ? 0 : 60_000;

  #read(): void {
    const isUnreadable = this.#fault.kind === 'unreadable' && this.#reads++ >= this.#fault.reads;
    if (this.#crashed || isUnreadable) throw failure(this.#crashed ? 'CrashedError' : 'TimeoutError');
  }

  async #send<Result extends Answer>(statements: Statements, execute: Execute<Result>): Promise<Result> {
    const fault = this.#fault;
    const request = this.#requests++;
    if (this.#crashed) throw failure('CrashedError');
    switch (fault.kind) {
      case 'crash':
      case 'timeout':
        if (request !== fault.request) break;
        this.#crashed = fault.kind === 'crash';
        if (fault.executed > 0) await execute(statements.slice(0, fault.executed));
        throw failure('TimeoutError');
      case 'unreachable': {
        const toQuarantine = statements[0]?.Statement?.includes(`"${this.#quarantine}"`);
        if (toQuarantine === (fault.table === 'quarantine')) throw failure('InternalServerError');
        break;
      }
      case 'partial':
        if (request < fault.requests) return fail(statements, fault, execute);
    }
    return execute(statements);
  }
}

const failure = (name: string): Error => Object.assign(new Error(name), { name });

const fail = async <Result extends Answer>(
  statements: Statements,
  { statements: failing, code, executed }: Extract<Fault, { kind: 'partial' }>,
  execute: Execute<Result>,
): Promise<Result> => {
  const fails = (index: number) => failing[index % failing.length] === true;
  const sent = executed ? statements : statements.filter((_, index) => !fails(index));
  if (sent.length === 0) throw failure('ThrottlingException');
  const result = await execute(sent);
  const answers = [...(result.output.Responses ?? [])];
  const Responses = statements.map((_, index): BatchStatementResponse => {
    const answer = executed || !fails(index) ? (answers.shift() ?? {}) : {};
    return fails(index) ? { Error: { Code: code } } : answer;
  });
  return { ...result, output: { ...result.output, Responses } };
};
