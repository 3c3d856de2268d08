import { Logger } from '@aws-lambda-powertools/logger';

/** Service name and level come from the environment: POWERTOOLS_SERVICE_NAME, LOG_LEVEL. */
export const logger = new Logger();
