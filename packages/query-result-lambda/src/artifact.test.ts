import { lambdaArtifactContract } from '@notify/lambda-build/testing';

lambdaArtifactContract(
  new URL('..', import.meta.url).pathname,
  {
    NOTIFICATION_TABLE: 'notification-records',
    READ_MODEL_TABLE: 'read-models',
    CAMPAIGN_TABLE: 'campaign-statistics',
    POSITION_TABLE: 'projection-positions',
  },
  223_000,
);
