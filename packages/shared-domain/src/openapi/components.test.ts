import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OPENAPI_FILE, withGeneratedComponents } from '../../openapi-file.ts';
import { ERRORS } from '../errors/registry.ts';
import { DEFAULT_LIMIT, MAX_CURSOR_LENGTH, MAX_LIMIT, ORDERS } from '../query/query.ts';
import { MAX_ID_LENGTH, PLATFORMS, STATUSES } from '../record/vocabulary.ts';
import {
  MAX_CAMPAIGNS,
  MAX_ENTRIES,
  MAX_ENTRY_CURSOR_LENGTH,
  MAX_EXPLANATIONS,
  REPORT_ROUTES,
} from '../report/report.ts';

describe('terraform/api/notifications.openapi.yaml', () => {
  const text = readFileSync(OPENAPI_FILE, 'utf8');
  const document = parse(text, { maxAliasCount: -1 });

  it('holds the schemas of this package (`pnpm -r generate` brings them up to date)', () => {
    expect(withGeneratedComponents(text)).toBe(text);
  });

  it('gives parameters the bounds of this package', () => {
    const boundsAt = (path: string): Record<string, object> =>
      Object.fromEntries(
        ((document.paths[path].get?.parameters ?? []) as { name: string; schema: object }[]).map(
          ({ name, schema }) => [name, schema],
        ),
      );
    const reports = REPORT_ROUTES.map(({ path }) => path);
    const schemas: Record<string, object> = Object.assign(
      {},
      ...Object.keys(document.paths)
        .filter((path) => !reports.includes(path))
        .map(boundsAt),
    );
    for (const id of ['user_id', 'marketing_id', 'transaction_id']) {
      expect(schemas[id]).toMatchObject({ minLength: 1, maxLength: MAX_ID_LENGTH });
    }
    expect(schemas).toMatchObject({
      limit: { minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
      cursor: { maxLength: MAX_CURSOR_LENGTH },
      status: { enum: STATUSES },
      platform: { enum: PLATFORMS },
      order: { enum: ORDERS },
    });
    expect(boundsAt('/campaigns')).toMatchObject({
      limit: { minimum: 1, maximum: MAX_CAMPAIGNS, default: 20 },
    });
    expect(boundsAt('/explain')).toMatchObject({
      transaction_id: { minLength: 1, maxLength: MAX_ID_LENGTH },
      limit: { minimum: 1, maximum: MAX_EXPLANATIONS, default: 10 },
      cursor: { maxLength: MAX_CURSOR_LENGTH },
    });
    expect(boundsAt('/quarantine')).toMatchObject({
      limit: { minimum: 1, maximum: MAX_ENTRIES, default: 20 },
      cursor: { maxLength: MAX_ENTRY_CURSOR_LENGTH },
    });
  });

  it('answers for the gateway with registered codes and their statuses', () => {
    const responses = ['x-amazon-apigateway-gateway-responses', 'x-signed-gateway-responses'].flatMap(
      (member) => Object.values(document[member] ?? {}),
    ) as {
      statusCode: number;
      responseTemplates: Record<string, string>;
    }[];
    expect(responses.length).toBeGreaterThan(5);
    for (const { statusCode, responseTemplates } of responses) {
      const problem = JSON.parse(
        String(responseTemplates['application/json']).replaceAll('$context.error.messageString', '"x"'),
      );
      expect(ERRORS).toHaveProperty([problem.code]);
      expect({ status: statusCode, title: problem.title }).toEqual(
        ERRORS[problem.code as keyof typeof ERRORS],
      );
      expect(problem.status).toBe(statusCode);
    }
  });
});
