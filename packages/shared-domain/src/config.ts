import * as z from 'zod/mini';
import { AppError } from './errors/app-error.ts';

/** A number of seconds, as environment variables hold them. */
export const Seconds = z.pipe(
  z.pipe(
    z.string().check(z.regex(/^\d+(\.\d+)?$/)),
    z.transform((text: string) => Number(text)),
  ),
  z.number().check(z.positive()),
);

/**
 * A configuration from the environment of its process, checked once, at the start.
 *
 * @throws AppError `CONFIG.INVALID`, naming each variable that is missing or wrong, never its value
 */
export const parseConfig = <T extends z.ZodMiniType>(
  schema: T,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<T> => {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
  throw new AppError('CONFIG.INVALID', {
    detail: `Missing or wrong environment variables: ${names.join(', ')}.`,
  });
};
