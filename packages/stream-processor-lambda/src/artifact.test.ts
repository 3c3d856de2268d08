import { lambdaArtifactContract } from '@notify/lambda-build/testing';

lambdaArtifactContract(
  new URL('..', import.meta.url).pathname,
  {
    NOTIFICATION_TABLE: 'notification-records',
    QUARANTINE_TABLE: 'projection-quarantine',
    READ_MODEL_TABLE: 'read-models',
    POSITION_TABLE: 'projection-positions',
  },
  244_000,
);
