import type { BatchStatementError, BatchStatementResponse, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Backoff } from './backoff.ts';
import { DEPLOYMENT_ERRORS, STATEMENT_REFUSALS } from './error-kinds.ts';
import type { Invocation } from './invocation.ts';
import { batchExecute, type JsonStatement } from './json-statements.ts';

export interface StatementBatchesOptions {
  /** Requests in flight. */
  readonly concurrency?: number;
  /** What is left of the invocation's time for the answer to Lambda, in milliseconds. */
  readonly safetyMarginMs?: number;
  readonly backoff?: Backoff;
}

/** A statement to be brought to an end. */
export interface StatementTask {
  /** The statement to send; behind {@link settle} it may be another one. */
  readonly statement: JsonStatement;
  /** About how many characters its parameters have. */
  readonly length: number;
  /**
   * Takes DynamoDB's final word on the statement: done, or DuplicateItem, ConditionalCheckFailed, ValidationError or
   * ItemCollectionSizeLimitExceeded.
   * @returns true when the task is not at its end and wants its statement to be sent (again)
   */
  settle(error: BatchStatementError | undefined): boolean;
  /**
   * Ends the task without knowing whether the statement was executed.
   * @param cause a code
   * @param thrown what the request ended in, when it got no answer or none that is about its statements
   */
  fail(cause: string, thrown?: unknown): void;
}

/** DynamoDB's bound of the statements of one request. */
const MAX_STATEMENTS = 25;
/** So that a request stays below 16 MB even when each character is escaped as six bytes. */
const MAX_REQUEST_LENGTH = 2_000_000;
/** Lambda's bound of an invocation, and so of any wait in it. */
const MAX_INVOCATION_MS = 900_000;

/**
 * Sends statements with BatchExecuteStatement: many in a request, several requests in flight, each statement for itself
 * until it is settled, or until the time of the invocation or the patience of the backoff is used up.
 */
export class StatementBatches {
  readonly #dynamodb: DynamoDBClient;
  readonly #concurrency: number;
  readonly #safetyMarginMs: number;
  readonly #backoff: Backoff;

  constructor(dynamodb: DynamoDBClient, options: StatementBatchesOptions = {}) {
    this.#dynamodb = dynamodb;
    this.#concurrency = options.concurrency ?? 8;
    this.#safetyMarginMs = options.safetyMarginMs ?? 1_000;
    this.#backoff = options.backoff ?? new Backoff();
  }

  /**
   * Settles or fails every task.
   * @param tasks no two for the same item
   * @returns how often a statement was sent again
   */
  async run(tasks: readonly StatementTask[], invocation: Invocation): Promise<number> {
    const timeMs = () => Math.min(invocation.remainingTimeMs() - this.#safetyMarginMs, MAX_INVOCATION_MS);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeMs());
    let due = tasks;
    let retried = 0;
    // What stood in the way before the time was up says more than that it was.
    const causes = new Map<StatementTask, Postponement>();
    for (let attempt = 0; due.length > 0; ) {
      if (timeMs() <= 0) {
        for (const task of due) task.fail('OUT_OF_TIME');
        break;
      }
      const wave = new Wave(this.#dynamodb, timeout.signal);
      await wave.send(due, this.#concurrency);
      for (const [task, why] of wave.postponed)
        if (!timeout.signal.aborted || !causes.has(task)) causes.set(task, why);
      if (wave.postponed.size > 0 && !(await this.#backoff.wait(attempt++, timeMs()))) {
        for (const [task, why] of wave.postponed) {
          const { cause, thrown } = causes.get(task) ?? why;
          task.fail(cause, thrown);
        }
        wave.postponed.clear();
      }
      due = [...wave.unsettled, ...wave.postponed.keys()];
      retried += due.length;
    }
    clearTimeout(timer);
    return retried;
  }
}

/** Why DynamoDB did not get to a statement. */
interface Postponement {
  readonly cause: string;
  readonly thrown: unknown;
}

/** Every due statement sent once. */
class Wave {
  /** Tasks that want to go on at once. */
  readonly unsettled: StatementTask[] = [];
  /** Tasks that DynamoDB did not get to, and why. */
  readonly postponed = new Map<StatementTask, Postponement>();
  readonly #dynamodb: DynamoDBClient;
  readonly #abortSignal: AbortSignal;

  constructor(dynamodb: DynamoDBClient, abortSignal: AbortSignal) {
    this.#dynamodb = dynamodb;
    this.#abortSignal = abortSignal;
  }

  async send(tasks: readonly StatementTask[], concurrency: number): Promise<void> {
    const requests = toRequests(tasks);
    const work = async () => {
      for (let request = requests.next(); !request.done; request = requests.next()) {
        await this.#request(request.value);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, tasks.length) }, work));
  }

  async #request(tasks: readonly StatementTask[]): Promise<void> {
    const command = batchExecute(tasks.map((task) => task.statement));
    let responses: readonly BatchStatementResponse[];
    try {
      const answer = await this.#dynamodb.send(command, { abortSignal: this.#abortSignal });
      responses = answer.Responses ?? [];
    } catch (error) {
      return this.#refused(tasks, error);
    }
    for (const [index, task] of tasks.entries()) {
      const response = responses[index];
      this.#answered(task, response ? response.Error : {});
    }
  }

  #answered(task: StatementTask, error: BatchStatementError | undefined, thrown?: unknown): void {
    const code = error?.Code;
    if (!error || (code && STATEMENT_REFUSALS.has(code))) {
      if (task.settle(error)) this.unsettled.push(task);
    } else if (code && DEPLOYMENT_ERRORS.has(code)) {
      task.fail(code, thrown);
    } else {
      this.postponed.set(task, { cause: code ?? 'InternalServerError', thrown });
    }
  }

  /** A request that DynamoDB did not accept. One bad statement is enough for that, so it is looked for by halves. */
  async #refused(tasks: readonly StatementTask[], error: unknown): Promise<void> {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    const atFault = name === 'ValidationException' || $metadata?.httpStatusCode === 413;
    if (atFault && tasks.length > 1) {
      const half = Math.ceil(tasks.length / 2);
      await this.#request(tasks.slice(0, half));
      return this.#request(tasks.slice(half));
    }
    const refusal = {
      Code: (atFault ? 'ValidationError' : name) as BatchStatementError['Code'],
      Message: message,
    };
    for (const task of tasks) this.#answered(task, refusal as BatchStatementError, error);
  }
}

/** Cuts one task or more into requests within DynamoDB's bounds. */
function* toRequests(tasks: readonly StatementTask[]): Generator<readonly StatementTask[]> {
  let start = 0;
  let length = 0;
  for (const [index, task] of tasks.entries()) {
    if (index > start && (index - start === MAX_STATEMENTS || length + task.length > MAX_REQUEST_LENGTH)) {
      yield tasks.slice(start, index);
      start = index;
      length = 0;
    }
    length += task.length;
  }
  yield tasks.slice(start);
}
