export { CampaignStatistics, CampaignSummary, TOP_REASONS } from './campaign/statistics.ts';
export { parseConfig, Seconds } from './config.ts';
export { AppError, type AppErrorOptions, toAppError } from './errors/app-error.ts';
export {
  fromProblem,
  PROBLEM_MEDIA_TYPE,
  Problem,
  problemHeaders,
  toHttpResponse,
  toProblem,
} from './errors/problem.ts';
export { ERRORS, type ErrorCode } from './errors/registry.ts';
export { SECURITY_HEADERS } from './errors/security-headers.ts';
export { brokenRequest } from './http/broken-request.ts';
export { foreignRequest } from './http/foreign-request.ts';
export { parseJson } from './json.ts';
export { openapiComponents } from './openapi/components.ts';
export { EXPLANATION_STATES, Explanation } from './pipeline/explanation.ts';
export { QuarantinedRecord, ShownItem } from './pipeline/quarantined-record.ts';
export { shellQuoted } from './pipeline/shell.ts';
export { PipelineStatus } from './pipeline/status.ts';
export {
  type Answer,
  answerText,
  CombinedPage,
  DataPage,
  type Envelope,
  ItemsPage,
  parseAnswer,
  toAnswer,
} from './query/answer.ts';
export { decodeCursor, encodeCursor } from './query/cursor.ts';
export { Health } from './query/health.ts';
export { parseQuery, parseQueryParameters, parseQueryType } from './query/parse-query.ts';
export {
  DEFAULT_LIMIT,
  FailQuery,
  FailuresQuery,
  MAX_CURSOR_LENGTH,
  MAX_LIMIT,
  MarketingQuery,
  type NotificationQuery,
  type Order,
  QUERY_TYPES,
  type QueryInput,
  type QueryOf,
  type QueryType,
  SnsQuery,
  TransactionQuery,
  toQueryParameters,
  UserQuery,
} from './query/query.ts';
export type { NotificationReader, Page } from './query/reader.ts';
export { functionEnvelope, QUERY_ROUTES, type QueryRoute, routeOf } from './query/routes.ts';
export { MAX_LATEST, rowOrder } from './query/row-order.ts';
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
  marketingBucket,
  type NotificationKey,
  type NotificationRow,
  toNotificationRow,
} from './record/notification-row.ts';
export {
  ID_RULE,
  Id,
  MAX_ID_LENGTH,
  PLATFORMS,
  Platform,
  STATUSES,
  Status,
  Text,
} from './record/vocabulary.ts';
export {
  CampaignAnswer,
  CampaignsAnswer,
  ExplainAnswer,
  parseReportAnswer,
  QuarantineAnswer,
  type ReportAnswer,
  type ReportReader,
  StatusAnswer,
} from './report/answer.ts';
export { type CampaignPlace, decodeCampaignCursor, encodeCampaignCursor } from './report/campaign-cursor.ts';
export {
  decodeEntryCursor,
  decodeExplanationCursor,
  type EntryPlace,
  type ExplanationPlace,
  encodeEntryCursor,
  encodeExplanationCursor,
} from './report/pipeline-cursor.ts';
export {
  CAMPAIGN_REPORTS,
  CampaignReport,
  CampaignsReport,
  ExplainReport,
  isReportType,
  PIPELINE_REPORTS,
  parseReport,
  parseReportParameters,
  QuarantineReport,
  REPORT_ROUTES,
  type ReportInput,
  type ReportOf,
  type ReportQuery,
  type ReportRoute,
  type ReportType,
  reportRouteOf,
  StatusReport,
} from './report/report.ts';
