import { lambdaArtifactContract } from '@notify/lambda-build/testing';

lambdaArtifactContract(
  new URL('..', import.meta.url).pathname,
  { USER_DETAIL_TABLE: 'UserDetailTable' },
  197_000,
);
