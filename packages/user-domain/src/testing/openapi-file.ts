import { fileURLToPath } from 'node:url';
import { Problem } from '@notify/shared-domain';
import { stringify } from 'yaml';
import * as z from 'zod/mini';
import { CommandRequest } from '../command.ts';
import { EventStored, UserDetail, UserList, UserSummary } from '../views.ts';

/** The OpenAPI file of the users API, whose last section is generated from the schemas of this package. */
export const OPENAPI_FILE = fileURLToPath(
  new URL('../../../../terraform/api/users.openapi.yaml', import.meta.url),
);

const SECTION = '\ncomponents:\n';

const COMPONENTS = { CommandRequest, EventStored, Problem, UserDetail, UserList, UserSummary } as const;

/** `components.schemas` in the dialect of OpenAPI 3.0 and within what API Gateway's models take. */
const components = (): Record<string, unknown> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'openapi-3.0',
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return JSON.parse(
    JSON.stringify(schemas, (key, value) => {
      if (['$schema', '$id', 'additionalProperties', 'propertyNames'].includes(key)) return undefined;
      if (Math.abs(value) === Number.MAX_SAFE_INTEGER) return undefined;
      return value;
    }),
  );
};

/** The text of the file with its `components` section made anew. */
export const withGeneratedComponents = (text: string): string =>
  text.slice(0, text.indexOf(SECTION) + 1) +
  stringify({ components: { schemas: components() } }, { aliasDuplicateObjects: false });
