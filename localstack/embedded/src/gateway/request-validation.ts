import { Ajv, type ValidateFunction } from 'ajv';
import { GatewayError } from './gateway-errors.ts';
import { type GatewayRequest, headerValues, mediaType } from './gateway-request.ts';
import type { Method, RestApi } from './rest-api.ts';
import type { Route } from './route.ts';

export type RequestValidation = (request: GatewayRequest, route: Route) => void;

/**
 * The request validators of an API. Parameters are only checked for presence (a blank one counts as missing), bodies against the
 * JSON schema of their media type; a body of a media type without a schema passes, as it does on AWS.
 */
export const requestValidation = (api: RestApi): RequestValidation => {
  const ajv = new Ajv({
    strict: false,
    validateFormats: false,
    schemas: [{ $id: 'api', components: { schemas: api.schemas } }],
  });
  const compiled = new WeakMap<object, ValidateFunction>();
  const validator = (schema: Record<string, unknown>): ValidateFunction => {
    const known = compiled.get(schema) ?? ajv.compile(absoluteReferences(schema));
    compiled.set(schema, known);
    return known;
  };

  return (request, { method, pathParameters }) => {
    const name = method['x-amazon-apigateway-request-validator'];
    const rules = name === undefined ? api.defaultValidator : api.validators[name];
    if (rules?.validateRequestParameters) requireParameters(request, method, pathParameters);
    const content = method.requestBody?.content ?? {};
    const type = mediaType(request);
    // A name like `constructor` is in every object.
    const schema = Object.hasOwn(content, type) ? content[type]?.schema : undefined;
    if (rules?.validateRequestBody && schema && !validator(schema)(json(request.body))) {
      throw new GatewayError('BAD_REQUEST_BODY');
    }
  };
};

const requireParameters = (request: GatewayRequest, method: Method, path: Record<string, string>): void => {
  const value = {
    query: (name: string) => request.query.get(name),
    header: (name: string) => headerValues(request, name.toLowerCase())[0],
    path: (name: string) => path[name],
  };
  const missing = method.parameters.filter(
    (parameter) => parameter.required && !value[parameter.in](parameter.name)?.trim(),
  );
  if (missing.length === 0) return;
  const names = missing.map((parameter) => parameter.name).join(', ');
  throw new GatewayError('BAD_REQUEST_PARAMETERS', `Missing required request parameters: [${names}]`);
};

const json = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new GatewayError('BAD_REQUEST_BODY');
  }
};

/** A schema that stands outside of its document refers into it by the document's name. */
const absoluteReferences = (schema: Record<string, unknown>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/'));
