import { AppError } from '@notify/shared-domain';

const invalid = (detail: string): AppError => new AppError('REQUEST.PARAMETER_INVALID', { detail });

/**
 * The parameters of a request's URL. Stricter than URLSearchParams, which takes bad encoding as it is and lets one value
 * win silently when a parameter is given twice.
 *
 * @throws AppError `REQUEST.PARAMETER_INVALID`
 */
export const readParameters = (url: string): Record<string, string> => {
  const start = url.indexOf('?');
  if (start === -1) return {};
  const parameters = new Map<string, string>();
  for (const pair of url.slice(start + 1).split('&')) {
    if (pair === '') continue;
    const end = pair.indexOf('=');
    const name = decode(end === -1 ? pair : pair.slice(0, end));
    if (parameters.has(name)) throw invalid('A parameter must be given once only.');
    parameters.set(name, end === -1 ? '' : decode(pair.slice(end + 1)));
  }
  return Object.fromEntries(parameters);
};

const decode = (text: string): string => {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalid('The URL must be percent-encoded UTF-8.');
  }
};
