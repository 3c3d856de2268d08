import * as z from 'zod/mini';
import { Problem } from '../errors/problem.ts';
import { DataPage, ItemsPage } from '../query/answer.ts';
import { Health } from '../query/health.ts';
import { FailQuery, MarketingQuery, TransactionQuery, UserQuery } from '../query/query.ts';
import { Notification, NotificationData } from '../record/notification.ts';

const COMPONENTS = {
  DataPage,
  FailQuery,
  Health,
  ItemsPage,
  MarketingQuery,
  Notification,
  NotificationData,
  Problem,
  TransactionQuery,
  UserQuery,
} as const;

export type JsonSchema = Readonly<Record<string, unknown>>;

/** `components.schemas` of the notifications API, in the dialect of OpenAPI 3.0 and within what API Gateway's models take. */
export const openapiComponents = (): Record<string, JsonSchema> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'openapi-3.0',
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withinApiGateway(schema)]));
};

/** Keywords that say nothing here (bounds of safe integers, open objects) or that API Gateway's models do not know. */
const withinApiGateway = (schema: unknown): JsonSchema =>
  JSON.parse(
    JSON.stringify(schema, (key, value) => {
      if (key === '$id' || key === 'additionalProperties') return undefined;
      if (Math.abs(value) === Number.MAX_SAFE_INTEGER) return undefined;
      return value;
    }),
  );
