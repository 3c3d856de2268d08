import { lambdaArtifactContract } from '@notify/lambda-build/testing';

lambdaArtifactContract(
  new URL('..', import.meta.url).pathname,
  {
    EVENTS_TABLE: 'EventsTable',
    USER_SUMMARY_TABLE: 'UserSummaryTable',
    USER_DETAIL_TABLE: 'UserDetailTable',
    USER_KEY_TABLE: 'user-keys',
    QUARANTINE_TABLE: 'projection-quarantine',
    USER_MASTER_KEY: 'alias/user-data',
  },
  248_000,
);
