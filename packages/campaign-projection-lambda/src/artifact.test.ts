import { lambdaArtifactContract } from '@notify/lambda-build/testing';

lambdaArtifactContract(
  new URL('..', import.meta.url).pathname,
  {
    CAMPAIGN_TABLE: 'campaign-statistics',
    POSITION_TABLE: 'projection-positions',
  },
  242_000,
);
