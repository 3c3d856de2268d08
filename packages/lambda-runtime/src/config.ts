import { parseConfig } from '@notify/shared-domain';
import * as z from 'zod/mini';

/** Tables and functions by their names; DynamoDB takes 3 to 255 characters. */
export const TableName = z.string().check(z.minLength(3), z.maxLength(255));

/** The function's configuration from its environment, checked once, at the cold start. Throws as {@link parseConfig}. */
export const readConfig = <T extends z.ZodMiniType>(schema: T): z.output<T> =>
  parseConfig(schema, process.env);
