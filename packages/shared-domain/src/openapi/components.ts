import * as z from 'zod/mini';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas by name as `components.schemas`, in the dialect of OpenAPI 3.0 and within what API Gateway's models take. */
export const openapiComponents = (
  components: Readonly<Record<string, z.ZodMiniType>>,
): Record<string, JsonSchema> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(components)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'openapi-3.0',
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withinApiGateway(schema)]));
};

const OMITTED: ReadonlySet<string> = new Set(['$schema', '$id', 'additionalProperties', 'propertyNames']);

/** Keywords that say nothing here (bounds of safe integers, open objects) or that API Gateway's models do not know. */
const withinApiGateway = (schema: unknown): JsonSchema =>
  JSON.parse(
    JSON.stringify(schema, (key, value) => {
      if (OMITTED.has(key)) return undefined;
      if (Math.abs(value) === Number.MAX_SAFE_INTEGER) return undefined;
      return value;
    }),
  );
