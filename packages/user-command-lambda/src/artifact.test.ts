import { lambdaArtifactContract } from '@notify/lambda-build/testing';

lambdaArtifactContract(
  new URL('..', import.meta.url).pathname,
  {
    EVENTS_TABLE: 'EventsTable',
    USER_KEY_TABLE: 'user-keys',
    IDEMPOTENCY_TABLE: 'command-idempotency',
    USER_MASTER_KEY: 'alias/user-data',
  },
  215_000,
);
