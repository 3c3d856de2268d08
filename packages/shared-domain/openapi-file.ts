import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { CampaignStatistics, CampaignSummary } from './src/campaign/statistics.ts';
import { Problem } from './src/errors/problem.ts';
import { openapiComponents } from './src/openapi/components.ts';
import { Explanation } from './src/pipeline/explanation.ts';
import { QuarantinedRecord } from './src/pipeline/quarantined-record.ts';
import { PipelineStatus } from './src/pipeline/status.ts';
import { CombinedPage, DataPage, ItemsPage } from './src/query/answer.ts';
import { Health } from './src/query/health.ts';
import {
  FailQuery,
  FailuresQuery,
  MarketingQuery,
  SnsQuery,
  TransactionQuery,
  UserQuery,
} from './src/query/query.ts';
import { Notification, NotificationData } from './src/record/notification.ts';
import {
  CampaignAnswer,
  CampaignsAnswer,
  ExplainAnswer,
  QuarantineAnswer,
  StatusAnswer,
} from './src/report/answer.ts';
import { CampaignReport, CampaignsReport } from './src/report/report.ts';

/** The OpenAPI file of the notifications API, whose last section is generated from the schemas of this package. */
export const OPENAPI_FILE = fileURLToPath(
  new URL('../../terraform/api/notifications.openapi.yaml', import.meta.url),
);

const COMPONENTS = {
  CampaignAnswer,
  CampaignReport,
  CampaignStatistics,
  CampaignSummary,
  CampaignsAnswer,
  CampaignsReport,
  CombinedPage,
  DataPage,
  ExplainAnswer,
  Explanation,
  FailQuery,
  FailuresQuery,
  Health,
  ItemsPage,
  MarketingQuery,
  Notification,
  NotificationData,
  PipelineStatus,
  Problem,
  QuarantineAnswer,
  QuarantinedRecord,
  SnsQuery,
  StatusAnswer,
  TransactionQuery,
  UserQuery,
} as const;

const SECTION = '\ncomponents:\n';

/** The text of the file with its `components` section made anew. */
export const withGeneratedComponents = (text: string): string =>
  text.slice(0, text.indexOf(SECTION) + 1) +
  stringify({ components: { schemas: openapiComponents(COMPONENTS) } }, { aliasDuplicateObjects: false });
