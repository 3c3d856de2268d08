export { AppError, type AppErrorOptions, toAppError } from './errors/app-error.ts';
export { fromProblem, PROBLEM_MEDIA_TYPE, Problem, problemHeaders, toProblem } from './errors/problem.ts';
export { ERRORS, type ErrorCode } from './errors/registry.ts';
export { openapiComponents } from './openapi/components.ts';
export { type AnswerOf, DataPage, ItemsPage, parseAnswer, toAnswer } from './query/answer.ts';
export { decodeCursor, encodeCursor, MAX_CURSOR_LENGTH } from './query/cursor.ts';
export { Health } from './query/health.ts';
export { type NotificationQueries, type NotificationReader, type Page, readPage } from './query/ports.ts';
export {
  DEFAULT_LIMIT,
  FailQuery,
  FailuresQuery,
  MAX_LIMIT,
  MarketingQuery,
  type NotificationQuery,
  type Order,
  parseQuery,
  parseQueryParameters,
  parseQueryType,
  QUERY_TYPES,
  type QueryOf,
  type QueryType,
  TransactionQuery,
  toQueryParameters,
  UserQuery,
} from './query/query.ts';
export { COMMAND_ATTRIBUTES, CommandRecord, parseCommandRecord } from './record/command-record.ts';
export {
  NOTIFICATION_FIELDS,
  Notification,
  NotificationData,
  toNotification,
  toNotificationData,
} from './record/notification.ts';
export {
  FAILED_BUCKETS,
  failedBucket,
  type NotificationKey,
  type NotificationRow,
  toNotificationRow,
} from './record/notification-row.ts';
export { MAX_ID_LENGTH, PLATFORMS, Platform, STATUSES, Status } from './record/vocabulary.ts';
