import { lambdaArtifactContract } from '@notify/lambda-build/testing';

lambdaArtifactContract(
  new URL('..', import.meta.url).pathname,
  { USER_SUMMARY_TABLE: 'UserSummaryTable' },
  197_000,
);
