import { readFileSync, writeFileSync } from 'node:fs';
import { PAGE_FILE, withRegions } from './event-sourcing-page.ts';
import { OPENAPI_FILE, withGeneratedComponents } from './openapi-file.ts';

// `pnpm -r generate`: after a change of a schema or a region, brings the OpenAPI file and the page up to date. A test fails until it is.
writeFileSync(OPENAPI_FILE, withGeneratedComponents(readFileSync(OPENAPI_FILE, 'utf8')));
writeFileSync(PAGE_FILE, withRegions(readFileSync(PAGE_FILE, 'utf8')));
