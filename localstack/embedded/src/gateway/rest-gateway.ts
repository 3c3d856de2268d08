import { ThrottledError } from '../lambda/lambda-function.ts';
import type { InvocationResult } from '../lambda/sandbox.ts';
import { compressed } from './compression.ts';
import { GatewayError, gatewayErrorResponse } from './gateway-errors.ts';
import type { GatewayRequest, GatewayResponse } from './gateway-request.ts';
import { httpProxy } from './http-proxy.ts';
import { fromProxyResult, toProxyEvent } from './lambda-proxy.ts';
import { mock } from './mock.ts';
import { type RequestValidation, requestValidation } from './request-validation.ts';
import type { GatewayResponses, RestApi } from './rest-api.ts';
import { type FindRoute, type Route, routesOf } from './route.ts';
import { requireSignature, type SigningKey } from './signature.ts';

/**
 * Invokes a function by its name or ARN; undefined when there is none.
 * @throws ThrottledError
 */
export type Invoke = (functionName: string, event: string) => Promise<InvocationResult | undefined>;

/** API Gateway takes at most 10 MB. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** One private REST API: routes, validates and integrates as its OpenAPI file says. */
export class RestGateway {
  readonly api: RestApi;
  readonly #invoke: Invoke;
  readonly #findRoute: FindRoute;
  readonly #validate: RequestValidation;
  readonly #signedBy: SigningKey | undefined;
  readonly #responses: GatewayResponses;

  /** @param signedBy whose signature each request has to have, as with the authorization AWS_IAM; none without it */
  constructor(api: RestApi, invoke: Invoke, signedBy?: SigningKey) {
    this.#signedBy = signedBy;
    this.#responses = { ...api.gatewayResponses, ...(signedBy && api.signedGatewayResponses) };
    this.api = api;
    this.#invoke = invoke;
    this.#findRoute = routesOf(api);
    this.#validate = requestValidation(api);
  }

  async handle(request: GatewayRequest): Promise<GatewayResponse> {
    const response = await this.#answer(request).catch((error: unknown) => {
      const known =
        error instanceof GatewayError ? error : new GatewayError('API_CONFIGURATION_ERROR', String(error));
      return gatewayErrorResponse(known, this.#responses, request);
    });
    const headers = { 'x-amzn-requestid': request.requestId, ...response.headers };
    return compressed({ ...response, headers }, request, this.api.minimumCompressionSize);
  }

  async #answer(request: GatewayRequest): Promise<GatewayResponse> {
    if (request.body.length > MAX_BODY_BYTES) throw new GatewayError('REQUEST_TOO_LARGE');
    const route = this.#findRoute(request.httpMethod, request.path);
    if (!route) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
    // Terraform asks for none where only the methods are told of.
    if (this.#signedBy && !route.isOfAny) requireSignature(request, this.#signedBy);
    this.#validate(request, route);

    const integration = route.method['x-amazon-apigateway-integration'];
    if (integration.type === 'mock') return mock(integration, request);
    if (integration.type === 'http_proxy') return httpProxy(integration, request);
    return this.#lambdaProxy(integration, request, route);
  }

  async #lambdaProxy(
    { uri, timeoutInMillis }: { uri: string; timeoutInMillis: number },
    request: GatewayRequest,
    route: Route,
  ): Promise<GatewayResponse> {
    const [, arn = ''] = /functions\/(.+)\/invocations$/.exec(uri) ?? [];
    let timer: NodeJS.Timeout | undefined;
    try {
      const result = await Promise.race([
        this.#invoke(arn, JSON.stringify(toProxyEvent(this.api, request, route))),
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new GatewayError('INTEGRATION_TIMEOUT')), timeoutInMillis);
        }),
      ]);
      if (!result) throw new GatewayError('API_CONFIGURATION_ERROR', `There is no function ${arn}.`);
      return fromProxyResult(result);
    } catch (error) {
      throw error instanceof ThrottledError ? new GatewayError('INTEGRATION_FAILURE') : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
