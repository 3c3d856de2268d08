import type { Method, RestApi } from './rest-api.ts';

export interface Route {
  readonly method: Method;
  /** The path template, for `resource`. */
  readonly resource: string;
  readonly pathParameters: Record<string, string>;
}

/** The method that serves a request: a literal path before one with parameters, the method itself before ANY. */
export const findRoute = (api: RestApi, httpMethod: string, path: string): Route | undefined => {
  const candidates = [...api.paths].sort(([a], [b]) => a.split('{').length - b.split('{').length);
  for (const [resource, methods] of candidates) {
    const match = pattern(resource).exec(path);
    if (!match) continue;
    const method = methods.get(httpMethod) ?? methods.get('ANY');
    return method && { method, resource, pathParameters: { ...match.groups } };
  }
  return undefined;
};

/** `/a/{id}/{proxy+}` as an expression with named groups. */
const pattern = (resource: string): RegExp => {
  const source = resource
    .split('/')
    .map((segment) => {
      const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
      if (name) return `(?<${name}>${greedy ? '.+' : '[^/]+'})`;
      return segment.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('/');
  return new RegExp(`^${source}/?$`);
};
