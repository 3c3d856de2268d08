import { readFileSync } from 'node:fs';
import { ERRORS, MAX_CURSOR_LENGTH, MAX_ID_LENGTH, MAX_LIMIT } from '@notify/shared-domain';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OPENAPI_FILE, withGeneratedComponents } from './openapi-file.ts';

describe('terraform/api/users.openapi.yaml', () => {
  const text = readFileSync(OPENAPI_FILE, 'utf8');
  const document = parse(text, { maxAliasCount: -1 });

  it('holds the schemas of this package (`pnpm -r generate` brings them up to date)', () => {
    expect(withGeneratedComponents(text)).toBe(text);
  });

  it('gives parameters the bounds of the code', () => {
    const schemaOf = (path: string, name: string) =>
      document.paths[path].get.parameters.find((parameter: { name: string }) => parameter.name === name)
        .schema;
    expect(schemaOf('/detail', 'user_id')).toMatchObject({ minLength: 1, maxLength: MAX_ID_LENGTH });
    expect(schemaOf('/list', 'limit')).toMatchObject({ minimum: 1, maximum: MAX_LIMIT });
    expect(schemaOf('/list', 'cursor')).toMatchObject({ maxLength: MAX_CURSOR_LENGTH });
  });

  it('answers for the gateway with registered codes and their statuses', () => {
    const responses = ['x-amazon-apigateway-gateway-responses', 'x-signed-gateway-responses'].flatMap(
      (member) => Object.values(document[member] ?? {}),
    ) as {
      statusCode: number;
      responseTemplates: Record<string, string>;
    }[];
    for (const { statusCode, responseTemplates } of responses) {
      const template = String(responseTemplates['application/json']);
      const problem = JSON.parse(template.replaceAll('$context.error.messageString', '"x"'));
      expect(ERRORS[problem.code as keyof typeof ERRORS]).toEqual({
        status: statusCode,
        title: problem.title,
      });
    }
  });
});
