import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LOCAL_AWS } from '@notify/dynamodb';
import { parse } from 'yaml';
import { z } from 'zod';
import { embeddedError } from '../errors.ts';
import { functionArn } from '../functions.ts';

/** The part of an OpenAPI file that API Gateway acts on; see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html */

const Responses = z.record(
  z.string(),
  z.object({
    statusCode: z.string(),
    responseParameters: z.record(z.string(), z.string()).default({}),
    responseTemplates: z.record(z.string(), z.string()).default({}),
  }),
);

const Integration = z.discriminatedUnion('type', [
  z.object({ type: z.literal('aws_proxy'), uri: z.string(), timeoutInMillis: z.int().default(29_000) }),
  z.object({
    type: z.literal('http_proxy'),
    uri: z.url(),
    httpMethod: z.string(),
    timeoutInMillis: z.int().default(29_000),
  }),
  z.object({
    type: z.literal('mock'),
    requestTemplates: z.record(z.string(), z.string()),
    responses: Responses,
  }),
]);

const Method = z.object({
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(['query', 'header', 'path']),
        required: z.boolean().default(false),
      }),
    )
    .default([]),
  requestBody: z
    .object({ content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })) })
    .optional(),
  'x-amazon-apigateway-request-validator': z.string().optional(),
  'x-amazon-apigateway-integration': Integration,
});

const Validator = z.object({ validateRequestParameters: z.boolean(), validateRequestBody: z.boolean() });

const GatewayResponse = z.object({
  statusCode: z.union([z.int(), z.string().transform(Number)]).optional(),
  responseParameters: z.record(z.string(), z.string()).default({}),
  responseTemplates: z.record(z.string(), z.string()).default({}),
});

const RestApiFile = z.object({
  info: z.object({ title: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), z.unknown()).default({}) }).default({ schemas: {} }),
  'x-amazon-apigateway-request-validator': z.string().optional(),
  'x-amazon-apigateway-request-validators': z.record(z.string(), Validator).default({}),
  'x-amazon-apigateway-gateway-responses': z.record(z.string(), GatewayResponse).default({}),
  'x-signed-gateway-responses': z.record(z.string(), GatewayResponse).default({}),
  'x-amazon-apigateway-minimum-compression-size': z.int().optional(),
});

export type Integration = z.infer<typeof Integration>;
export type Method = z.infer<typeof Method>;
type Validator = z.infer<typeof Validator>;
export type GatewayResponses = Record<string, z.infer<typeof GatewayResponse>>;

export interface RestApi {
  /** Ten lower-case letters and digits, as on AWS, and the same on every machine. */
  readonly id: string;
  readonly title: string;
  /** Path template → HTTP method in upper case, or ANY → method. */
  readonly paths: ReadonlyMap<string, ReadonlyMap<string, Method>>;
  readonly schemas: Record<string, unknown>;
  readonly defaultValidator: Validator | undefined;
  readonly validators: Record<string, Validator>;
  readonly gatewayResponses: GatewayResponses;
  /** What takes the place of those where requests are signed. */
  readonly signedGatewayResponses: GatewayResponses;
  /** Bytes from which an answer is compressed; never without it. */
  readonly minimumCompressionSize: number | undefined;
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);

/**
 * Reads every `*.openapi.yaml` of a directory as Terraform renders and API Gateway imports it.
 * @param serviceUrl what `${query_service_url}` stands for
 * @throws LocalError `TERRAFORM.INVALID`
 */
export const loadRestApis = (directory: string, serviceUrl: string): RestApi[] =>
  globSync('*.openapi.yaml', { cwd: directory })
    .sort()
    .map((name) => loadRestApi(join(directory, name), serviceUrl));

const loadRestApi = (file: string, serviceUrl: string): RestApi => {
  try {
    const text = render(readFileSync(file, 'utf8'), serviceUrl);
    return toRestApi(RestApiFile.parse(parse(text, { maxAliasCount: -1 })));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw embeddedError('TERRAFORM.INVALID', `${basename(file)} cannot be served: ${detail}`, error);
  }
};

/** What Terraform's templatefile does, with this host's values. */
const render = (text: string, serviceUrl: string): string => {
  const values: Record<string, string> = {
    query_service_url: serviceUrl,
    connection_type: 'INTERNET',
    connection_id: "''",
  };
  return text.replace(/\$\{(\w+)\}/g, (_, variable: string) => {
    const value = values[variable] ?? invokeArn(variable);
    if (value === undefined) throw new Error(`the template variable ${variable} is unknown.`);
    return value;
  });
};

/** `query_lambda_invoke_arn` → the ARN by which API Gateway invokes query-lambda. */
const invokeArn = (variable: string): string | undefined => {
  const [, name] = /^(\w+)_invoke_arn$/.exec(variable) ?? [];
  if (!name) return undefined;
  const arn = functionArn(name.replaceAll('_', '-'));
  return `arn:aws:apigateway:${LOCAL_AWS.region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
};

const toRestApi = (file: z.infer<typeof RestApiFile>): RestApi => {
  const validators = file['x-amazon-apigateway-request-validators'];
  const paths = Object.entries(file.paths).map(([path, item]) => [path, toMethods(item)] as const);
  return {
    id: restApiId(file.info.title),
    title: file.info.title,
    paths: new Map(paths),
    schemas: file.components.schemas,
    defaultValidator: validators[file['x-amazon-apigateway-request-validator'] ?? ''],
    validators,
    gatewayResponses: file['x-amazon-apigateway-gateway-responses'],
    signedGatewayResponses: file['x-signed-gateway-responses'],
    minimumCompressionSize: file['x-amazon-apigateway-minimum-compression-size'],
  };
};

const toMethods = (item: Record<string, unknown>): Map<string, Method> => {
  const methods = new Map<string, Method>();
  for (const [key, value] of Object.entries(item)) {
    if (key === 'x-amazon-apigateway-any-method') methods.set('ANY', Method.parse(value));
    else if (METHODS.has(key)) methods.set(key.toUpperCase(), Method.parse(value));
  }
  return methods;
};

const restApiId = (title: string): string =>
  BigInt(`0x${createHash('sha256').update(title).digest('hex')}`)
    .toString(36)
    .slice(0, 10);
