import type { GatewayRequest, GatewayResponse } from './gateway-request.ts';
import type { GatewayResponses } from './rest-api.ts';

/** The gateway's own errors that can arise here, as API Gateway answers them when an API does not customize them. */
const DEFAULTS = {
  API_CONFIGURATION_ERROR: {
    statusCode: 500,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
  BAD_REQUEST_BODY: { statusCode: 400, message: 'Invalid request body', errorType: 'BadRequestException' },
  BAD_REQUEST_PARAMETERS: {
    statusCode: 400,
    message: 'Missing required request parameters',
    errorType: 'BadRequestException',
  },
  INVALID_SIGNATURE: {
    statusCode: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    errorType: 'InvalidSignatureException',
  },
  INTEGRATION_FAILURE: {
    statusCode: 502,
    message: 'Internal server error',
    errorType: 'InternalServerErrorException',
  },
  INTEGRATION_TIMEOUT: {
    statusCode: 504,
    message: 'Endpoint request timed out',
    errorType: 'InternalServerErrorException',
  },
  MISSING_AUTHENTICATION_TOKEN: {
    statusCode: 403,
    message: 'Missing Authentication Token',
    errorType: 'MissingAuthenticationTokenException',
  },
  REQUEST_TOO_LARGE: {
    statusCode: 413,
    message: 'HTTP content length exceeded 10485760 bytes.',
    errorType: 'RequestTooLargeException',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    statusCode: 415,
    message: 'Unsupported Media Type',
    errorType: 'BadRequestException',
  },
} as const;

export type GatewayErrorType = keyof typeof DEFAULTS;

/** An error of the gateway itself; `message` is what `$context.error.message` says. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly type: GatewayErrorType;

  constructor(type: GatewayErrorType, message: string = DEFAULTS[type].message) {
    super(message);
    this.type = type;
  }
}

/** The answer to an error: the API's x-amazon-apigateway-gateway-responses for its type, else for its class, else AWS's own. */
export const gatewayErrorResponse = (
  error: GatewayError,
  responses: GatewayResponses,
  request: GatewayRequest,
): GatewayResponse => {
  const { statusCode, errorType } = DEFAULTS[error.type];
  const custom = responses[error.type] ?? responses[statusCode < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'];
  const context: Record<string, string> = {
    'error.message': error.message,
    'error.messageString': JSON.stringify(error.message),
    'error.responseType': error.type,
    requestId: request.requestId,
    stage: request.stage,
  };
  const fill = (template: string) =>
    template.replace(/\$context\.([A-Za-z.]+)/g, (_, name: string) => context[name] ?? '');

  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-amzn-errortype': errorType,
  };
  for (const [parameter, value] of Object.entries(custom?.responseParameters ?? {})) {
    const name = parameter.replace(/^gatewayresponse\.header\./, '').toLowerCase();
    headers[name] = value.startsWith("'")
      ? value.slice(1, -1)
      : (context[value.replace(/^context\./, '')] ?? '');
  }
  const template =
    custom?.responseTemplates['application/json'] ?? '{"message":$context.error.messageString}';
  return { statusCode: custom?.statusCode ?? statusCode, headers, body: fill(template) };
};
