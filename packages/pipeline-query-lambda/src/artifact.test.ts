import { lambdaArtifactContract } from '@notify/lambda-build/testing';

lambdaArtifactContract(
  new URL('..', import.meta.url).pathname,
  {
    COMMAND_TABLE: 'command-records',
    NOTIFICATION_TABLE: 'notification-records',
    READ_MODEL_TABLE: 'read-models',
    QUARANTINE_TABLE: 'projection-quarantine',
    POSITION_TABLE: 'projection-positions',
  },
  228_000,
);
