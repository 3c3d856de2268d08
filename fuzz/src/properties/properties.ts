import { httpHandler } from '@notify/lambda-runtime';
import { silenceLogs } from '@notify/lambda-runtime/testing';
import { notificationProjection } from '@notify/read-model';
import { printable, printableCell } from '@notify/scripts';
import {
  AppError,
  COMMAND_ATTRIBUTES,
  decodeCursor,
  encodeCursor,
  MAX_CURSOR_LENGTH,
  MAX_ID_LENGTH,
  parseCommandRecord,
  parseQuery,
  parseQueryParameters,
  QUERY_TYPES,
  toNotificationRow,
} from '@notify/shared-domain';
import { createStreamProjection } from '@notify/stream-projection';
import type { APIGatewayProxyEvent, Context, DynamoDBStreamEvent } from 'aws-lambda';
import fc from 'fast-check';
import {
  hostileAttribute,
  hostileJson,
  hostileNumber,
  hostileText,
  hostileTime,
  hostileValue,
  ownProperties,
} from '../corpus.ts';
import { type Property, property } from './property.ts';

/** Runs it; a refusal must be one of ours with one of these codes. */
const orRefuses = <T>(codes: RegExp, work: () => T): T | undefined => {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError && codes.test(error.code)) return undefined;
    throw error;
  }
};

/** As a stream record is, or nearly: any piece can be missing or something else. */
const streamRecords = fc.array(
  fc.oneof(
    // Whatever else a record is, it is an object.
    { weight: 1, arbitrary: hostileValue.filter((value) => typeof value === 'object' && value !== null) },
    {
      weight: 8,
      arbitrary: fc.record(
        {
          eventID: fc.oneof(hostileText, hostileValue),
          eventName: fc.oneof(
            { weight: 6, arbitrary: fc.constantFrom('INSERT', 'MODIFY', 'REMOVE') },
            hostileText,
            hostileValue,
          ),
          eventSourceARN: fc.oneof(
            fc.constant('arn:aws:dynamodb:us-east-1:000000000000:table/command-records/stream/x'),
            hostileText,
            hostileValue,
          ),
          dynamodb: fc.oneof(
            { weight: 1, arbitrary: hostileValue },
            {
              weight: 8,
              arbitrary: fc.record(
                {
                  SequenceNumber: fc.oneof(
                    { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 10n ** 25n }).map(String) },
                    hostileText,
                    hostileValue,
                  ),
                  Keys: fc.oneof(
                    {
                      weight: 6,
                      arbitrary: fc.record({
                        transaction_id: fc.record({ S: hostileText }),
                        created_at: fc.record({ N: hostileNumber }),
                      }),
                    },
                    hostileAttribute,
                  ),
                  NewImage: fc.oneof(
                    {
                      weight: 6,
                      arbitrary: fc
                        .array(
                          fc.tuple(
                            fc.oneof(fc.constantFrom(...COMMAND_ATTRIBUTES), hostileText),
                            hostileAttribute,
                          ),
                          { maxLength: 12 },
                        )
                        .map(ownProperties),
                    },
                    hostileValue,
                  ),
                  OldImage: fc.oneof(hostileValue, hostileAttribute),
                  ApproximateCreationDateTime: fc.oneof(fc.double(), hostileValue),
                },
                { requiredKeys: [] },
              ),
            },
          ),
        },
        { requiredKeys: [] },
      ),
    },
  ),
  { maxLength: 8 },
);

const decoder = property('the stream decoder settles every batch', streamRecords, async (records) => {
  const settled = { rows: 0, quarantined: 0 };
  const project = createStreamProjection(notificationProjection, {
    rows: {
      write: async (_, changes) => {
        settled.rows += changes.length;
        return { outcomes: changes.map(() => ({ status: 'written' as const })), retried: 0 };
      },
    },
    quarantine: {
      put: async (entries) => {
        settled.quarantined += entries.length;
        return { outcomes: entries.map(() => ({ status: 'stored' as const })), retried: 0 };
      },
    },
  });
  const event = JSON.parse(JSON.stringify({ Records: records })) as DynamoDBStreamEvent;
  const { batchItemFailures } = await project(event, { remainingTimeMs: () => 60_000 });
  if (batchItemFailures.length > 0) throw new Error('A batch of which all was stored comes again.');
  if (settled.rows + settled.quarantined > records.length) throw new Error('More was stored than came.');
  if (records.length > 0 && settled.rows + settled.quarantined === 0)
    throw new Error('Records went nowhere.');
});

const items = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...COMMAND_ATTRIBUTES) }, hostileText),
      fc.oneof(hostileText, hostileTime, fc.integer(), hostileValue),
    ),
    { maxLength: 16 },
  )
  .map(ownProperties);

const projection = property('a command becomes a row or is refused by its attributes', items, (item) => {
  const command = orRefuses(/^RECORD\./, () => parseCommandRecord(item));
  if (command === undefined) return;
  const row = toNotificationRow(command);
  if (row.transaction_id !== item['transaction_id']) throw new Error('The row has another key.');
  if (typeof row.notification_body !== 'string') throw new Error('The row has no body.');
});

const payloads = property('any payload has a body or none', hostileJson, (payload) => {
  const command = parseCommandRecord({
    transaction_id: 't',
    created_at: 1,
    user_id: 'u',
    notification_title: 't',
    status: 'SENT',
    platform: 'IOS',
    payload,
  });
  if (typeof toNotificationRow(command).notification_body !== 'string')
    throw new Error('The row has no body.');
});

const query = parseQuery('fail', {});

const cursors = property(
  'a cursor that nobody gave is refused',
  fc.oneof(
    hostileText,
    hostileValue.map((value) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url')),
  ),
  (cursor) => {
    orRefuses(/^QUERY\.CURSOR\./, () => decodeCursor(cursor, query));
  },
);

const ids = hostileText.filter(
  (text) => text.length > 0 && text.length <= MAX_ID_LENGTH && text.isWellFormed() && text.trim() !== '',
);

const givenCursors = property(
  'a cursor that was given is taken',
  fc.tuple(ids, fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  ([transaction_id, created_at]) => {
    const cursor = encodeCursor(query, { transaction_id, created_at });
    if (cursor.length > MAX_CURSOR_LENGTH) throw new Error(`The cursor has ${cursor.length} characters.`);
    const key = parseQuery('fail', { cursor }) && decodeCursor(cursor, query);
    if (key.transaction_id !== transaction_id || key.created_at !== created_at)
      throw new Error('It is of another place.');
  },
);

const members = fc.oneof(
  hostileValue,
  fc
    .array(
      fc.tuple(
        fc.oneof(
          {
            weight: 6,
            arbitrary: fc.constantFrom(
              'user_id',
              'transaction_id',
              'marketing_id',
              'limit',
              'cursor',
              'order',
              'status',
              'platform',
              'from',
              'to',
            ),
          },
          hostileText,
        ),
        fc.oneof(hostileText, hostileTime, hostileNumber, fc.integer(), hostileValue),
      ),
      { maxLength: 8 },
    )
    .map(ownProperties),
);

const queries = property(
  'a query is whole or refused',
  fc.tuple(fc.constantFrom(...QUERY_TYPES), members),
  ([type, input]) => {
    const refusals = /^(REQUEST\.(PARAMETER_MISSING|PARAMETER_INVALID|BODY_INVALID)|QUERY\.CURSOR\.)/;
    for (const result of [
      orRefuses(refusals, () => parseQuery(type, input)),
      typeof input === 'object' &&
        input !== null &&
        orRefuses(refusals, () => parseQueryParameters(type, input as Record<string, unknown>)),
    ]) {
      if (!result) continue;
      if (result.query_type !== type) throw new Error('It is another query.');
      for (const time of [result.from, result.to]) {
        if (time !== undefined && (!Number.isSafeInteger(time) || time < 0))
          throw new Error(`${time} is no time.`);
      }
    }
  },
);

const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: right as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: hostileValue });
const textOf = (names: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  mostly(fc.option(fc.array(fc.tuple(names, value), { maxLength: 4 }).map(ownProperties)));

/** As API Gateway sends a request, with hostile insides. */
const proxyEvents = fc.record({
  httpMethod: fc.constantFrom('GET', 'POST', 'HEAD', '__proto__'),
  resource: fc.oneof(fc.constantFrom('/things', '/nothing'), hostileText),
  queryStringParameters: textOf(hostileText, hostileText),
  multiValueQueryStringParameters: textOf(hostileText, fc.array(hostileText, { maxLength: 2 })),
  headers: textOf(
    fc.oneof(fc.constantFrom('Content-Type', 'content-type', 'X-Request-Id'), hostileText),
    fc.oneof(fc.constantFrom('application/json', 'application/json; charset=utf-16'), hostileText),
  ),
  body: mostly(fc.option(fc.oneof(hostileJson, hostileText))),
  requestContext: fc.record({ requestId: hostileText }),
  isBase64Encoded: fc.boolean(),
});

const handler = httpHandler({
  'GET /things': async ({ parameters, headers }) => ({ ...parameters, ...headers }),
  'POST /things': async ({ body }) => ({ body }),
});

const events = property('a handler answers every event', proxyEvents, async (event) => {
  silenceLogs();
  const { statusCode, body } = await handler(
    JSON.parse(JSON.stringify(event)) as APIGatewayProxyEvent,
    { getRemainingTimeInMillis: () => 1_000 } as Context,
  );
  if (statusCode >= 500) throw new Error(`It answered ${statusCode}.`);
  JSON.parse(body);
});

/** By Unicode's own properties, not by the list that is tried. */
const OBEYED = /[^\P{Cc}\t\n]|\p{Bidi_Control}|\p{Cs}|[\u2028\u2029]/u;

const terminal = property(
  'a terminal obeys nothing that is printed',
  fc.oneof(hostileText, hostileJson, fc.string({ unit: 'binary' })),
  (text) => {
    for (const shown of [printable(text), printableCell(text)])
      if (OBEYED.test(shown)) throw new Error(`It prints ${JSON.stringify(OBEYED.exec(shown)?.[0])}.`);
    if (/[\t\n]/.test(printableCell(text))) throw new Error('A cell has more than one line or column.');
    if (!OBEYED.test(text) && printable(text).replaceAll('\\ufeff', '\ufeff') !== text)
      throw new Error('What is printable is changed.');
  },
);

/** What holds for every decoder of what comes from outside. */
export const PROPERTIES: readonly Property[] = [
  decoder,
  projection,
  payloads,
  cursors,
  givenCursors,
  queries,
  events,
  terminal,
];
