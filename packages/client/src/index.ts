export type {
  CampaignStatistics,
  CampaignSummary,
  ErrorCode,
  Explanation,
  Notification,
  Page,
  PipelineStatus,
  QueryInput,
  QueryType,
  ReportAnswer,
  ReportInput,
  ReportType,
} from '@notify/shared-domain';
export { createNotifyClient, type NotifyClient } from './client.ts';
export type { Answer } from './exchange.ts';
export { isNotifyError, type NotifyError } from './notify-error.ts';
export type { AskOptions, NotifyClientOptions, ReadPage } from './page-reader.ts';
export { createUpstreamReader, forFarCaller, type UpstreamReader } from './upstream.ts';
