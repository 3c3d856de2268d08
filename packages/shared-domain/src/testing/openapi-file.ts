import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { openapiComponents } from '../openapi/components.ts';

/** The OpenAPI file of the notifications API, whose last section is generated from the schemas of this package. */
export const OPENAPI_FILE = fileURLToPath(
  new URL('../../../../terraform/api/notifications.openapi.yaml', import.meta.url),
);

const SECTION = '\ncomponents:\n';

/** The text of the file with its `components` section made anew. */
export const withGeneratedComponents = (text: string): string =>
  text.slice(0, text.indexOf(SECTION) + 1) +
  stringify({ components: { schemas: openapiComponents() } }, { aliasDuplicateObjects: false });
