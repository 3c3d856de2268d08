import { readFileSync, writeFileSync } from 'node:fs';
import { OPENAPI_FILE, withGeneratedComponents } from './openapi-file.ts';

// `pnpm -r generate`: after a change of a schema, brings the OpenAPI file up to date. A test fails until it is.
writeFileSync(OPENAPI_FILE, withGeneratedComponents(readFileSync(OPENAPI_FILE, 'utf8')));
