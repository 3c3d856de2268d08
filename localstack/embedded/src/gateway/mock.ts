import { GatewayError } from './gateway-errors.ts';
import { type GatewayRequest, type GatewayResponse, mediaType } from './gateway-request.ts';
import type { Integration } from './rest-api.ts';

/**
 * A mock integration with fixed templates: the request template names the status, the response of that status (or `default`) the body.
 * @throws GatewayError `UNSUPPORTED_MEDIA_TYPE` for a media type without a request template, `API_CONFIGURATION_ERROR`
 */
export const mock = (
  integration: Extract<Integration, { type: 'mock' }>,
  request: GatewayRequest,
): GatewayResponse => {
  const type = mediaType(request);
  // A name like `constructor` is in every object.
  const template = Object.hasOwn(integration.requestTemplates, type)
    ? integration.requestTemplates[type]
    : undefined;
  if (template === undefined) throw new GatewayError('UNSUPPORTED_MEDIA_TYPE');
  const status = String(JSON.parse(template).statusCode);
  const response = integration.responses[status] ?? integration.responses['default'];
  if (!response) throw new GatewayError('API_CONFIGURATION_ERROR');
  const [contentType = 'application/json', body = ''] = Object.entries(response.responseTemplates)[0] ?? [];
  const headers = Object.entries(response.responseParameters).map(([parameter, value]) => [
    parameter.replace(/^method\.response\.header\./, '').toLowerCase(),
    value.replace(/^'(.*)'$/, '$1'),
  ]);
  return {
    statusCode: Number(response.statusCode),
    headers: { 'content-type': contentType, ...Object.fromEntries(headers) },
    body,
  };
};
