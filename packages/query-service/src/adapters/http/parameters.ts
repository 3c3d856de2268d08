import { AppError } from '@notify/shared-domain';

const invalid = (detail: string): AppError => new AppError('REQUEST.PARAMETER_INVALID', { detail });

/**
 * The parameters of a request's URL. Stricter than URLSearchParams, which takes bad encoding as it is and lets one value
 * win silently when a parameter is given twice.
 *
 * @throws AppError `REQUEST.PARAMETER_INVALID`
 */
export const readParameters = (url: string): Record<string, string> => {
  const parameters = new Map<string, string>();
  const start = url.indexOf('?');
  const pairs = start === -1 ? [] : url.slice(start + 1).split('&');
  for (const pair of pairs.filter((text) => text !== '')) {
    const [name = '', ...value] = pair.split('=').map(decode);
    if (parameters.has(name)) throw invalid('A parameter must be given once only.');
    parameters.set(name, value.join('='));
  }
  return Object.fromEntries(parameters);
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalid('The URL must be percent-encoded UTF-8.');
  }
};
