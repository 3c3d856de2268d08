export { type CampaignPage, CampaignReader } from './adapters/campaign-reader.ts';
export { DynamoDBParts } from './adapters/dynamodb-parts.ts';
export { CAMPAIGN_PROJECTION, createCampaignProjection } from './application/campaign-projection.ts';
