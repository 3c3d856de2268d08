import { fileURLToPath } from 'node:url';
import { openapiComponents, Problem } from '@notify/shared-domain';
import { stringify } from 'yaml';
import { CommandRequest } from '../src/domain/command.ts';
import { EventStored, UserDetail, UserList, UserSummary } from '../src/domain/views.ts';

/** The OpenAPI file of the users API, whose last section is generated from the schemas of this package. */
export const OPENAPI_FILE = fileURLToPath(
  new URL('../../../terraform/api/users.openapi.yaml', import.meta.url),
);

const SECTION = '\ncomponents:\n';

const COMPONENTS = { CommandRequest, EventStored, Problem, UserDetail, UserList, UserSummary } as const;

/** The text of the file with its `components` section made anew. */
export const withGeneratedComponents = (text: string): string =>
  text.slice(0, text.indexOf(SECTION) + 1) +
  stringify({ components: { schemas: openapiComponents(COMPONENTS) } }, { aliasDuplicateObjects: false });
