import { parse } from 'yaml';

/**
 * The public part of the API description that Terraform imports: without what is meant for API Gateway alone.
 *
 * @param text YAML of an OpenAPI 3.0 document
 */
export const publicOpenApi = (text: string): Record<string, unknown> =>
  withoutExtensions(parse(text, { maxAliasCount: -1 })) as Record<string, unknown>;

const withoutExtensions = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(withoutExtensions);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([name, value]) =>
      name.startsWith('x-') ? [] : [[name, withoutExtensions(value)]],
    ),
  );
};
