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
export { type Answer, createNotifyClient, type NotifyClient } from './client.ts';
export type { Transport } from './exchange.ts';
export { isNotifyError, type NotifyError } from './notify-error.ts';
export type { Ask, AskOptions, NotifyClientOptions, ReadPage } from './page-reader.ts';
export { createUpstreamAsk, createUpstreamReader, forFarCaller, type UpstreamReader } from './upstream.ts';
