import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

type Schema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header';
  readonly schema: { readonly type?: string; readonly enum?: readonly string[] };
}

/** One method of one path of an OpenAPI file. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The members that its JSON body may have; undefined when it takes none. */
  readonly members: readonly string[] | undefined;
  /** By status: media type → whether a body is as documented. */
  readonly responses: ReadonlyMap<number, ReadonlyMap<string, ValidateFunction>>;
}

export interface Api {
  /** Where the rendered file is: as the file in terraform/api, but for the values that Terraform fills in. */
  readonly text: string;
  readonly operations: readonly Operation[];
  /** Whether a body is a problem document. */
  readonly isProblem: ValidateFunction;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface MethodObject {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** Reads `terraform/api/<name>.openapi.yaml`. */
export const readApi = (name: 'notifications' | 'users'): Api => {
  const file = new URL(`../../terraform/api/${name}.openapi.yaml`, import.meta.url);
  const text = readFileSync(file, 'utf8').replace(/\$\{\w+\}/g, 'http://integration.invalid');
  const document = parse(text, { maxAliasCount: -1 }) as Document;
  const ajv = new Ajv({ strict: false });
  ajv.addSchema({ $id: 'api', components: document.components });
  const validator = (schema: Schema): ValidateFunction =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components')));
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, value]) =>
      METHODS.has(method) ? [operation(path, method, value as MethodObject, document, validator)] : [],
    ),
  );
  return { text, operations, isProblem: validator({ $ref: '#/components/schemas/Problem' }) };
};

const operation = (
  path: string,
  method: string,
  { parameters = [], requestBody, responses }: MethodObject,
  { components }: Document,
  validator: (schema: Schema) => ValidateFunction,
): Operation => {
  const reference = requestBody?.content['application/json']?.schema.$ref.split('/').at(-1);
  const schema = reference === undefined ? undefined : components.schemas[reference];
  return {
    method: method.toUpperCase(),
    path,
    parameters,
    members: schema && Object.keys(schema['properties'] ?? {}),
    responses: new Map(
      Object.entries(responses).map(([status, { content = {} }]) => [
        Number(status),
        new Map(Object.entries(content).map(([type, body]) => [type, validator(body.schema)])),
      ]),
    ),
  };
};
