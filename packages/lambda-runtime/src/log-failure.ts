import type { AppError } from '@notify/shared-domain';

/**
 * One line for what a function refuses, or for what fails in it, with the cause. The logger is loaded with the first line: the first
 * answer of most instances needs none.
 */
export const logFailure = async (
  what: 'request' | 'invoke',
  error: AppError,
  context: Readonly<Record<string, unknown>> = {},
): Promise<void> => {
  const { logger } = await import('./logger.ts');
  const { code, status } = error;
  if (status >= 500) logger.error(`${what} failed`, { ...context, code, cause: error.cause ?? error });
  else logger.info(`${what} refused`, { ...context, code });
};
