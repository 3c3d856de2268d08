export { type CampaignPage, CampaignReader } from './adapters/campaign-reader.ts';
export { DynamoDBParts } from './adapters/dynamodb-parts.ts';
export {
  type CountedCampaign,
  correct,
  differingCounts,
  Recount,
  readCounted,
} from './adapters/recount.ts';
export { CAMPAIGN_PROJECTION, createCampaignProjection } from './application/campaign-projection.ts';
export { changesOf } from './domain/batch-changes.ts';
