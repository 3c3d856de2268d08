import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { parseJson } from '@notify/shared-domain';
import { NotifyError } from '../session/notify-error.ts';
import type { Session } from '../session/session.ts';

export interface GivenUpClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
}

export interface GivenUpReport {
  readonly dry_run: boolean;
  /** Objects in the bucket. */
  readonly batches: number;
  readonly taken_in: number;
  /** Messages that told of batches which are there no more. */
  readonly acknowledged: number;
  /** The batches that stay, with the reason as of now. */
  readonly staying: readonly { readonly object: string; readonly reason: string }[];
}

/** Where Lambda puts the batches of an event source mapping. */
const PREFIX = 'aws/lambda/';
/** How long a queue is asked whether it has more, and how long what it gave is kept from others. */
const WAIT_S = 1;
const VISIBILITY_S = 60;

/**
 * Takes the batches that Lambda has given up on in again: each is invoked on its function as it was, which projects what is newer than
 * the rows and leaves the rest, so that nothing the stream has brought since is undone. What a function has done is removed, with the
 * message that told of it; what fails again stays.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export const redriveGivenUp = async (
  { terminal, dryRun, signal }: Pick<Session, 'terminal' | 'dryRun' | 'signal'>,
  { s3, sqs, lambda }: GivenUpClients,
  bucket: string,
): Promise<GivenUpReport> => {
  const staying: { object: string; reason: string }[] = [];
  const functions = new Set<string>();
  let batches = 0;
  let takenIn = 0;
  terminal.progress.begin('batches');
  for await (const { Name, Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: PREFIX },
  )) {
    // The SDK reads a listing without objects out of any XML, a proxy's page too.
    if (Name === undefined)
      throw new NotifyError('TARGET.FAILED', 'What lists the bucket is no listing of S3.');
    for (const { Key: object = '' } of Contents) {
      signal.throwIfAborted();
      batches += 1;
      const batch = readBatch(await textOf(s3, bucket, object));
      const reason =
        batch === undefined
          ? 'It is no batch of a stream.'
          : dryRun
            ? undefined
            : await invoke(lambda, batch);
      if (batch) functions.add(batch.functionArn);
      if (reason === undefined) {
        takenIn += 1;
        if (!dryRun) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: object }));
      } else staying.push({ object, reason });
      terminal.progress.advance(1);
    }
  }
  terminal.progress.end();
  let acknowledged = 0;
  if (!dryRun)
    for (const queue of new Set([...functions].map(queueOf)))
      acknowledged += await acknowledge(sqs, s3, bucket, queue);
  return { dry_run: dryRun, batches, taken_in: takenIn, acknowledged, staying };
};

/** The tries of the SDK end with the head of an answer: an object that breaks off behind it is asked for once more. */
const textOf = async (s3: S3Client, bucket: string, object: string): Promise<string | undefined> => {
  const body = async () => (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: object }))).Body;
  const text = await (await body())?.transformToString().catch(() => undefined);
  return text ?? (await body())?.transformToString();
};

interface Batch {
  readonly functionArn: string;
  /** The event as JSON text. */
  readonly event: string;
}

/** The record of an invocation that failed; AWS writes the event as text within the text. */
const readBatch = (text = ''): Batch | undefined => {
  try {
    const { requestContext, payload } = JSON.parse(text) as {
      requestContext?: { functionArn?: unknown };
      payload?: unknown;
    };
    const event = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const { Records: records } = JSON.parse(event) as { Records?: unknown };
    if (typeof requestContext?.functionArn !== 'string' || !Array.isArray(records)) return undefined;
    return { functionArn: requestContext.functionArn, event };
  } catch {
    return undefined;
  }
};

/** Gives why the function has not done it; undefined when it has. */
const invoke = async (lambda: LambdaClient, { functionArn, event }: Batch): Promise<string | undefined> => {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: functionArn, Payload: new TextEncoder().encode(event) }),
  );
  const text = answer.Payload?.transformToString() ?? '';
  if (answer.FunctionError) return `The function fails: ${text.slice(0, 500)}`;
  const failures = failuresOf(text);
  if (failures === undefined)
    throw new NotifyError('TARGET.FAILED', 'The answer is none of a function behind a stream.');
  return failures === 0 ? undefined : `${failures} records fail again.`;
};

/** How many records of a batch have failed; undefined when that is not what the text says. */
const failuresOf = (text: string): number | undefined => {
  const answer = parseJson(text) as { readonly batchItemFailures?: unknown } | null | undefined;
  const failures = answer?.batchItemFailures;
  return Array.isArray(failures) ? failures.length : undefined;
};

/** `arn:aws:lambda:region:account:function:name:alias` → `name-on-failure`, as terraform/modules/stream-consumer calls it. */
const queueOf = (functionArn: string): string => `${functionArn.split(':')[6]}-on-failure`;

/** Removes the messages that tell of objects which are there no more; gives how many. */
const acknowledge = async (sqs: SQSClient, s3: S3Client, bucket: string, name: string): Promise<number> => {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  let acknowledged = 0;
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: WAIT_S,
        VisibilityTimeout: VISIBILITY_S,
      }),
    );
    if (Messages.length === 0) return acknowledged;
    const done: Message[] = [];
    for (const message of Messages) if (!(await isThere(s3, bucket, message))) done.push(message);
    if (done.length === 0) continue;
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
    acknowledged += done.length;
  }
};

const isThere = async (s3: S3Client, bucket: string, { Body = '' }: Message): Promise<boolean> => {
  const { detail } = JSON.parse(Body) as { detail?: { object?: { key?: string } } };
  const key = detail?.object?.key;
  if (key === undefined) return true;
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'NotFound') return false;
    throw error;
  }
};
