import { AppError } from '@notify/shared-domain';
import * as z from 'zod/mini';

/** Tables and functions by their names; DynamoDB takes 3 to 255 characters. */
export const TableName = z.string().check(z.minLength(3), z.maxLength(255));

/** Seconds, as environment variables hold them. */
export const Seconds = z.pipe(
  z.pipe(
    z.string().check(z.regex(/^\d+(\.\d+)?$/)),
    z.transform((text: string) => Number(text)),
  ),
  z.number().check(z.positive()),
);

/**
 * The function's configuration from its environment, checked once, at the cold start.
 *
 * @throws AppError `CONFIG.INVALID`, naming each variable that is missing or wrong, never its value
 */
export const readConfig = <T extends z.ZodMiniType>(
  schema: T,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): z.output<T> => {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
  throw new AppError('CONFIG.INVALID', {
    detail: `Missing or wrong environment variables: ${names.join(', ')}.`,
  });
};
