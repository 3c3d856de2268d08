import { fileURLToPath } from 'node:url';
import { lambdaArtifactContract } from '@notify/lambda-build/testing';

lambdaArtifactContract(
  fileURLToPath(new URL('..', import.meta.url)),
  {
    QUERY_SERVICE_URL: 'http://query-service.internal',
  },
  51_000,
);
