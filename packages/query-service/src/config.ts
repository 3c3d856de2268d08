import * as z from 'zod/mini';

const number = (schema: z.ZodMiniNumber<number>, fallback: number) =>
  z._default(
    z.pipe(
      z.pipe(
        z.string().check(z.regex(/^\d+(\.\d+)?$/)),
        z.transform((text: string) => Number(text)),
      ),
      schema,
    ),
    fallback,
  );

/** Seconds that API Gateway waits for an answer; what comes later nobody hears. */
export const MAX_REQUEST_TIMEOUT = 29;

/** What the environment tells the service. */
export const Config = z.object({
  PORT: number(z.int().check(z.maximum(65_535)), 8000),
  /** Only this machine unless said otherwise; the container says 0.0.0.0. */
  HOST: z._default(z.string().check(z.minLength(1)), '127.0.0.1'),
  /** Where the query function is. ECS says it of itself. */
  AWS_REGION: z.string().check(z.regex(/^[a-z0-9-]+$/)),
  /** Where the Lambda API is, if not where the region has it. */
  AWS_ENDPOINT_URL_LAMBDA: z.optional(z.url({ protocol: /^https?$/ })),
  AWS_ENDPOINT_URL: z.optional(z.url({ protocol: /^https?$/ })),
  QUERY_RESULT_FUNCTION: z.string().check(z.regex(/^[\w:$-]{1,170}$/)),
  INTERNAL_API_URL: z.url({ protocol: /^https?$/ }),
  /** Whether that API asks for signed requests. */
  INTERNAL_API_AUTHORIZATION: z._default(z.enum(['NONE', 'AWS_IAM']), 'NONE'),
  /** Where the users' API is, with its stage, for the console to show the users; without it there are no such pages. */
  USERS_API_URL: z.optional(z.url({ protocol: /^https?$/ })),
  /** Seconds for asking an upstream, retries included; of more than {@link MAX_REQUEST_TIMEOUT} the service takes those. */
  REQUEST_TIMEOUT: number(z.number().check(z.positive()), 5),
  /** Host names, by commas; with it, even empty, strangers are refused as on a developer's machine. */
  ALLOWED_HOSTS: z.optional(
    z.pipe(
      z.string(),
      z.transform((text: string) => text.split(',').filter((name) => name !== '')),
    ),
  ),
  /** In either case, for the Lambdas write theirs in capitals. */
  LOG_LEVEL: z._default(
    z.pipe(
      z.string().check(z.toLowerCase()),
      z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    ),
    'info',
  ),
});
